#define _GNU_SOURCE  // pipe2
#include "program_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/// Reads available bytes of `fd` to the end of the `length` bytes in `buffer`, or discards them if it is full. Returns
/// 0 at the end of the input.
static ssize_t take(int fd, char *buffer, size_t size, size_t *length) {
  char rest[512];
  size_t room = size - *length;
  ssize_t count = room ? read(fd, buffer + *length, room) : read(fd, rest, sizeof(rest));
  if (count > 0 && room) *length += (size_t)count;
  return count;
}

static int spawn(pid_t *child, const char *path, char *const *arguments, int input, int output, int errors) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  if (input >= 0) {
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  int error = posix_spawn(child, path, &files, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

int clinux_ask_program(const char *path, char *const *arguments, int input, int milliseconds,
                       struct clinux_answer *answer) {
  int output[2], errors[2];
  if (pipe2(output, O_CLOEXEC)) return -errno;
  if (pipe2(errors, O_CLOEXEC)) {
    int error = errno;
    close(output[0]);
    close(output[1]);
    return -error;
  }
  answer->output_length = answer->errors_length = 0;
  answer->status = -1;
  int64_t end = now() + milliseconds;
  pid_t child;
  int error = spawn(&child, path, arguments, input, output[1], errors[1]);
  close(output[1]);
  close(errors[1]);
  struct pollfd files[] = {{.fd = output[0], .events = POLLIN}, {.fd = errors[0], .events = POLLIN}};
  while (!error && (files[0].fd >= 0 || files[1].fd >= 0)) {
    int64_t left = end - now();
    int ready = left > 0 ? poll(files, 2, (int)left) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      error = ETIMEDOUT;
      break;
    }
    if (files[0].revents && take(output[0], answer->output, answer->output_size, &answer->output_length) <= 0) {
      files[0].fd = -1;
    }
    if (files[1].revents && take(errors[0], answer->errors, answer->errors_size, &answer->errors_length) <= 0) {
      files[1].fd = -1;
    }
  }
  close(output[0]);
  close(errors[0]);
  if (error && error != ETIMEDOUT) return -error;
  // It has closed both outputs, but may still be running; or its time is up.
  int status = 0;
  pid_t ended = 0;
  while (!error && !(ended = waitpid(child, &status, WNOHANG))) {
    if (now() >= end) error = ETIMEDOUT;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  if (error) {
    kill(-child, SIGKILL);
    // Does not wait for a process that cannot be killed now because a file system hangs.
    for (int i = 0; i < 100 && !(ended = waitpid(child, &status, WNOHANG)); i++) {
      nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return -error;
  }
  if (ended == child) answer->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return 0;
}

void clinux_log_warning(const char *program, const char *line) {
  openlog(program, LOG_PID, LOG_DAEMON);
  syslog(LOG_WARNING, "%s", line);
  closelog();
}
