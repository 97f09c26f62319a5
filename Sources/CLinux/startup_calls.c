#define _GNU_SOURCE  // dl_iterate_phdr, malloc_trim
#include "startup_calls.h"

#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

static int argument_count;
static char **arguments;

// The C library passes constructors the same arguments as main. Swift's CommandLine reads /proc/self/cmdline instead,
// and is silently empty if /proc is not mounted.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  argument_count = count;
  arguments = values;
}

const char *clinux_argument(int number) {
  return number >= 0 && number < argument_count ? arguments[number] : NULL;
}

const char *clinux_program_path(void) { return (const char *)getauxval(AT_EXECFN); }

// A segment that is never written contains only pages of its file, which come back when they are touched.
static int release_segments(struct dl_phdr_info *object, size_t size, void *unused) {
  (void)size, (void)unused;
  uintptr_t page = (uintptr_t)getpagesize();
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
    uintptr_t start = (object->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
    uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~(page - 1);
    if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void clinux_release_startup_memory(void) {
  malloc_trim(0);
  dl_iterate_phdr(release_segments, NULL);
}

void clinux_leave_crashes_to_kernel(void) {
  static const int signals[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
    struct sigaction action;
    if (sigaction(signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN) signal(signals[i], SIG_DFL);
  }
}
