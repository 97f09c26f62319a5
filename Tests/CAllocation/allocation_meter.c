// Replacements for the C library's allocation functions: in a program that defines them, all code uses them, including
// the Swift runtime. They behave like the originals, and count for a thread that has started the meter.

#include "allocation_meter.h"

#include <errno.h>
#include <malloc.h>
#include <stdbool.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static _Thread_local struct {
  bool counts;
  // Signed: memory allocated before the start may be freed after it.
  ptrdiff_t live, peak;
} meter;

void allocation_meter_start(void) {
  meter.live = meter.peak = 0;
  meter.counts = true;
}

size_t allocation_meter_stop(void) {
  meter.counts = false;
  return (size_t)meter.peak;
}

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)

// A sanitizer has its own replacements, and provides hooks for their calls.

#include <sanitizer/allocator_interface.h>

static void allocated(const volatile void *memory, size_t size) {
  if (!meter.counts || !memory) return;
  meter.live += (ptrdiff_t)size;
  if (meter.live > meter.peak) meter.peak = meter.live;
}

static void freed(const volatile void *memory) {
  if (meter.counts && memory) meter.live -= (ptrdiff_t)__sanitizer_get_allocated_size((const void *)memory);
}

__attribute__((constructor)) static void listen(void) { __sanitizer_install_malloc_and_free_hooks(allocated, freed); }

#else

static void *counted(void *memory) {
  if (meter.counts && memory) {
    meter.live += (ptrdiff_t)malloc_usable_size(memory);
    if (meter.live > meter.peak) meter.peak = meter.live;
  }
  return memory;
}

static void uncounted(void *memory) {
  if (meter.counts && memory) meter.live -= (ptrdiff_t)malloc_usable_size(memory);
}

void *malloc(size_t size) { return counted(__libc_malloc(size)); }

void *calloc(size_t count, size_t size) { return counted(__libc_calloc(count, size)); }

void *memalign(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size)); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
  void *aligned = memalign(alignment, size);
  if (!aligned) return ENOMEM;
  *memory = aligned;
  return 0;
}

void *realloc(void *memory, size_t size) {
  uncounted(memory);
  void *moved = counted(__libc_realloc(memory, size));
  // If the memory could not grow, the old block remains.
  if (!moved && size > 0) counted(memory);
  return moved;
}

void free(void *memory) {
  uncounted(memory);
  __libc_free(memory);
}

#endif
