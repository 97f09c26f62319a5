#define _GNU_SOURCE
#include "csignals.h"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int csignals_bus_error(uintptr_t address, int code) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = SIGBUS;
  info.si_code = code;
  info.si_addr = (void *)address;
  // A process may send itself any code.
  return (int)syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), SIGBUS, &info);
}
