#define _GNU_SOURCE
#include "signal_calls.h"

#include <stddef.h>

static const int termination[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM};
enum { TERMINATION_COUNT = sizeof termination / sizeof termination[0] };

void clinux_report_file_size_limit(void) { signal(SIGXFSZ, SIG_IGN); }

bool clinux_ignores_signal(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

sigset_t clinux_hold_termination(void) {
  sigset_t held, before;
  sigemptyset(&held);
  for (size_t i = 0; i < TERMINATION_COUNT; i++)
    if (!clinux_ignores_signal(termination[i])) sigaddset(&held, termination[i]);
  // A thread that does not block SIGCHLD would take the signal from a thread that waits for a child.
  sigaddset(&held, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &held, &before);
  return before;
}

bool clinux_termination_pending(void) {
  sigset_t pending;
  sigpending(&pending);
  for (size_t i = 0; i < TERMINATION_COUNT; i++)
    if (sigismember(&pending, termination[i])) return true;
  return false;
}

void clinux_release_signals(sigset_t before) { pthread_sigmask(SIG_SETMASK, &before, NULL); }
