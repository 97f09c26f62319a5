#define _GNU_SOURCE  // sigtimedwait
#include "process_calls.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int clinux_run_program(const char *path, char *const *arguments, int output, int *passed, int milliseconds,
                       int (*watch)(void *context), void *context) {
  sigset_t awaited, before;
  sigemptyset(&awaited);
  static const int signals[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT};
  for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) sigaddset(&awaited, signals[i]);
  pthread_sigmask(SIG_BLOCK, &awaited, &before);
  // If SIGCHLD is ignored, a setting that may be inherited, a child leaves no status and sends no signal.
  struct sigaction noticed = {.sa_handler = SIG_DFL}, children;
  sigaction(SIGCHLD, &noticed, &children);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &before);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t child;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  int error = output == STDOUT_FILENO ? 0 : posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  if (!error) error = posix_spawnp(&child, path, &actions, &attributes, (char *const *)arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);

  int status = 0;
  while (!error) {
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    int signal = sigtimedwait(&awaited, NULL, &time);
    int wish = signal < 0 && errno == EAGAIN ? watch(context) : 0;
    if (waitpid(child, &status, WNOHANG) == child) break;
    if (wish) kill(child, wish);
    if (signal <= 0 || signal == SIGCHLD) continue;
    if (!*passed) *passed = signal;
    kill(child, signal);
  }
  sigaction(SIGCHLD, &children, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (error) return -error;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
