#include "cblkid.h"

#include <blkid/blkid.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Since 2.39; earlier libraries ignore unknown flags.
enum { FSINFO = 1 << 11 };

#define FUNCTIONS(F)                                                                    \
  F(blkid_new_probe) F(blkid_free_probe) F(blkid_probe_set_device)                      \
  F(blkid_probe_enable_superblocks) F(blkid_probe_set_superblocks_flags)                \
  F(blkid_do_safeprobe) F(blkid_probe_lookup_value)

#define POINTER(name) __typeof__(name) *name;
static struct { FUNCTIONS(POINTER) } library;
static bool complete;

#define FIND(name) library.name = dlsym(handle, #name); complete = complete && library.name;
static void find(void) {
  void *handle = dlopen("libblkid.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  complete = true;
  FUNCTIONS(FIND)
}

static uint64_t number(blkid_probe probe, const char *name) {
  const char *text = NULL;
  return library.blkid_probe_lookup_value(probe, name, &text, NULL) == 0 && text ? strtoull(text, NULL, 10) : 0;
}

int cblkid_identify(int fd, uint64_t offset, uint64_t size, struct cblkid_answer *answer) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find);
  if (!complete) return -ENOSYS;
  blkid_probe probe = library.blkid_new_probe();
  if (!probe) return -ENOMEM;
  int result = -EIO;
  if (offset <= INT64_MAX && size <= INT64_MAX && library.blkid_probe_set_device(probe, fd, (blkid_loff_t)offset, (blkid_loff_t)size) == 0) {
    library.blkid_probe_enable_superblocks(probe, 1);
    library.blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | FSINFO);
    // 0: something, 1: nothing, -2: several.
    int found = library.blkid_do_safeprobe(probe);
    const char *type = NULL;
    if (found == -2) type = "several";
    else if (found == 0) library.blkid_probe_lookup_value(probe, "TYPE", &type, NULL);
    result = found == -1 ? -EIO : type ? 0 : -ENOENT;
    if (result == 0) {
      memset(answer, 0, sizeof *answer);
      strncpy(answer->type, type, sizeof answer->type - 1);
      uint64_t blocks = found == 0 ? number(probe, "FSLASTBLOCK") : 0, block = number(probe, "FSBLOCKSIZE");
      if (__builtin_mul_overflow(blocks, block, &answer->size)) answer->size = 0;
    }
  }
  library.blkid_free_probe(probe);
  return result;
}
