#define _GNU_SOURCE  // pthread_setname_np, pthread_timedjoin_np, memfd_create
#include "event_calls.h"

#include "signal_calls.h"
#include "value_or_errno.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

static sigset_t set_of(const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
  return set;
}

int clinux_signal_descriptor(const int *signals, int count) {
  sigset_t set = set_of(signals, count);
  for (int i = 0; i < count; i++)
    if (clinux_ignores_signal(signals[i])) sigdelset(&set, signals[i]);
  int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (error) return -error;
  return value_or_errno(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

void clinux_receive_signals(const int *signals, int count) {
  sigset_t set = set_of(signals, count);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int clinux_read_signal(int fd) {
  struct signalfd_siginfo info;
  ssize_t count = read(fd, &info, sizeof info);
  if (count < 0) return -errno;
  return count == sizeof info ? (int)info.ssi_signo : -EIO;
}

void clinux_die_by_signal(int number) {
  signal(number, SIG_DFL);
  raise(number);
  clinux_receive_signals(&number, 1);
}

static void do_nothing(int signal) { (void)signal; }

int clinux_make_interrupting(int signal) {
  struct sigaction action = {.sa_handler = do_nothing};  // without SA_RESTART
  if (sigaction(signal, &action, NULL) < 0) return -errno;
  clinux_receive_signals(&signal, 1);
  return 0;
}

int clinux_ignore_signal(int signal) {
  struct sigaction action = {.sa_handler = SIG_IGN};
  return value_or_errno(sigaction(signal, &action, NULL));
}

int clinux_event_descriptor(void) { return value_or_errno(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int clinux_send_event(int fd) { return eventfd_write(fd, 1) < 0 ? -errno : 0; }

int clinux_file_watcher(void) { return value_or_errno(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)); }

int clinux_watch_file(int watcher, int fd) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return value_or_errno(inotify_add_watch(watcher, path, IN_MODIFY));
}

void clinux_drain(int fd) {
  char events[4096];
  while (read(fd, events, sizeof events) > 0) continue;
}

int clinux_memory_file(const char *name) { return value_or_errno(memfd_create(name, 0)); }

void clinux_name_thread(pthread_t thread, const char *name) { pthread_setname_np(thread, name); }

int clinux_join_thread(pthread_t thread, int milliseconds) {
  struct timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_nsec += milliseconds * 1000000L;
  end.tv_sec += end.tv_nsec / 1000000000L;
  end.tv_nsec %= 1000000000L;
  return -pthread_timedjoin_np(thread, NULL, &end);
}
