// Where two threads want a mutex of Swift's standard library, one takes it over from the other in that library's own
// code, which the thread sanitizer does not see: it reports what the mutex keeps apart. Under the sanitizer these
// functions stand before those of the library, and tell it.

#define _GNU_SOURCE  // RTLD_NEXT
#include "mutex_order.h"

#if __has_feature(thread_sanitizer)

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>
#include <stdint.h>

// Synchronization._MutexHandle._lockSlow(UInt32) and _unlockSlow()
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex

SWIFT void lock_slowly(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void unlock_slowly(SELF) __asm__(UNLOCK);

static SWIFT void (*lock)(uint32_t thread, SELF);
static SWIFT void (*unlock)(SELF);

__attribute__((constructor)) static void find(void) {
  *(void **)&lock = dlsym(RTLD_NEXT, LOCK);
  *(void **)&unlock = dlsym(RTLD_NEXT, UNLOCK);
}

SWIFT void lock_slowly(uint32_t thread, SELF) {
  lock(thread, mutex);
  __tsan_acquire(mutex);
}

SWIFT void unlock_slowly(SELF) {
  __tsan_release(mutex);
  unlock(mutex);
}

#endif
