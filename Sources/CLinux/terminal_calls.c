#include "terminal_calls.h"

#include "memory_calls.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios saved;
static volatile sig_atomic_t saved_fd = -1;

// POSIX allows tcsetattr in a signal handler (2.4.3).
void clinux_terminal_restore(void) {
  int fd = saved_fd;
  saved_fd = -1;
  if (fd >= 0) tcsetattr(fd, TCSANOW, &saved);
}

// SA_RESETHAND: the signal is raised again on return, now with its default action.
static void restore_after_crash(int signal) {
  clinux_terminal_restore();
  raise(signal);
}

int clinux_terminal_make_raw(int fd, bool keep_signals) {
  if (tcgetattr(fd, &saved) < 0) return -errno;
  struct termios raw = saved;
  raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
  raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
  if (!keep_signals) raw.c_lflag &= ~(tcflag_t)ISIG;
  raw.c_cflag = (raw.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  raw.c_cc[VSUSP] = _POSIX_VDISABLE;  // a process stopped here would leave the terminal raw

  struct sigaction action = {.sa_handler = restore_after_crash, .sa_flags = (int)SA_RESETHAND};
  static const int crashes[] = {SIGSEGV, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
  for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++) sigaction(crashes[i], &action, NULL);
  clinux_guard_memory(clinux_terminal_restore);

  saved_fd = fd;
  if (tcsetattr(fd, TCSANOW, &raw) < 0) {
    saved_fd = -1;
    return -errno;
  }
  return 0;
}

int clinux_terminal_width(int fd) {
  struct winsize size;
  return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}
