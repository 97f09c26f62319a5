#pragma once
// The one question that the suite asks libblkid: what is this?
//
// The library is loaded when it is asked, not when a program starts: most backends hold what the suite reads itself.

#include <stdint.h>

/// What libblkid says that a range of bytes holds.
struct cblkid_answer {
  /// Its name for the file system or volume, a text; empty where it knows none.
  char type[32];
  /// Bytes from its start to the end of its last block; 0 where the library cannot tell (before 2.39).
  uint64_t size;
};

/// Asks about `size` bytes at `offset` of the file or block device `fd`. 0, or -ENOENT where nothing is known to be
/// there, -ENOSYS where this host has no libblkid, -EIO where the bytes cannot be read.
int cblkid_identify(int fd, uint64_t offset, uint64_t size, struct cblkid_answer *_Nonnull answer);
