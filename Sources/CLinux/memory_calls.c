#define _GNU_SOURCE
#include "memory_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

static _Thread_local volatile sig_atomic_t is_guarded;
static _Thread_local sigjmp_buf escape;
static void (*volatile last_call)(void);
static _Thread_local volatile bool runs_guest;
static _Thread_local volatile uintptr_t failed_address;

static void on_bus_error(int number, siginfo_t *info, void *context) {
  if (is_guarded) {
    // siglongjmp does not restore the signal mask that was in effect before, and a sanitizer blocks further signals.
    pthread_sigmask(SIG_SETMASK, &((ucontext_t *)context)->uc_sigmask, NULL);
    siglongjmp(escape, 1);
  }
  // Memory that was found to be broken by a scan (action optional) has not been used yet.
  if (info->si_code == BUS_MCEERR_AO) return;
  if (runs_guest && info->si_code == BUS_MCEERR_AR) {
    failed_address = (uintptr_t)info->si_addr;
    return;
  }
  if (last_call) last_call();
  signal(number, SIG_DFL);
  raise(number);
}

static void install_guard(void) {
  struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGBUS, &action, NULL);
}

void clinux_guard_memory(void (*ending)(void)) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  if (ending) last_call = ending;
  pthread_once(&once, install_guard);
}

void clinux_expect_memory_errors(void) {
  clinux_guard_memory(NULL);
  runs_guest = true;
}

uintptr_t clinux_take_memory_error(void) {
  const uintptr_t address = failed_address;
  failed_address = 0;
  return address;
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

enum { LINE = 64 };

__attribute__((target("clwb"))) static void write_back(const char *line) { _mm_clwb((void *)line); }
__attribute__((target("clflushopt"))) static void flush_unordered(const char *line) { _mm_clflushopt((void *)line); }
static void flush(const char *line) { _mm_clflush(line); }

// Intel SDM, CPUID leaf 7, EBX: bit 24 CLWB, bit 23 CLFLUSHOPT.
static void (*line_writer(void))(const char *) {
  unsigned eax, ebx = 0, ecx, edx;
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return flush;
  return ebx & 1u << 24 ? write_back : ebx & 1u << 23 ? flush_unordered : flush;
}

int clinux_persist(const void *start, size_t size) {
  void (*const write_line)(const char *) = line_writer();
  const char *const end = (const char *)start + size;
  clinux_guard_memory(NULL);
  if (sigsetjmp(escape, 0)) {
    is_guarded = 0;
    return -EFAULT;
  }
  is_guarded = 1;
  for (const char *line = (const char *)((uintptr_t)start & ~(uintptr_t)(LINE - 1)); line < end; line += LINE)
    write_line(line);
  _mm_sfence();
  is_guarded = 0;
  return 0;
}

#else

int clinux_persist(const void *start, size_t size) { return clinux_synchronise(start, size); }

#endif

int clinux_synchronise(const void *start, size_t size) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), first = (uintptr_t)start & ~(page - 1);
  return msync((void *)first, (uintptr_t)start + size - first, MS_SYNC) < 0 ? -errno : 0;
}

int clinux_copy(void *to, const void *from, size_t size) {
  clinux_guard_memory(NULL);
  if (sigsetjmp(escape, 0)) {
    is_guarded = 0;
    return -EFAULT;
  }
  is_guarded = 1;
  memcpy(to, from, size);
  is_guarded = 0;
  return 0;
}

int clinux_lock_for_writing(int fd) {
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(fd, F_OFD_SETLK, &whole) < 0 ? (errno == EACCES ? -EAGAIN : -errno) : 0;
}

int clinux_lock(int fd, bool exclusive) {
  return flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) < 0 ? -errno : 0;
}
