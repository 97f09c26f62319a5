#include "cndctl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>

#define FIND(name) library->name = dlsym(handle, #name); complete = complete && library->name;

#define LOADER(kind, file, FUNCTIONS)                                              \
  static struct cndctl_##kind kind##_functions;                                    \
  static bool kind##_complete;                                                     \
  static void find_##kind(void) {                                                  \
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);                            \
    if (!handle) return;                                                           \
    struct cndctl_##kind *library = &kind##_functions;                             \
    bool complete = true;                                                          \
    FUNCTIONS(FIND)                                                                \
    kind##_complete = complete;                                                    \
  }                                                                                \
  const struct cndctl_##kind *cndctl_load_##kind(void) {                           \
    static pthread_once_t once = PTHREAD_ONCE_INIT;                                \
    pthread_once(&once, find_##kind);                                              \
    return kind##_complete ? &kind##_functions : NULL;                             \
  }

LOADER(daxctl, "libdaxctl.so.1", CNDCTL_DAXCTL)
LOADER(ndctl, "libndctl.so.6", CNDCTL_NDCTL)
