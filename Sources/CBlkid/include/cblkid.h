#pragma once
// The one use of libblkid in the suite: identifying the contents of a range of bytes.
//
// The library is loaded when it is first used, not when a program starts: the suite itself can identify the contents of
// most backends.

#include <stdint.h>

/// libblkid's answer about a range of bytes.
struct cblkid_answer {
  /// The name of the file system or volume, NUL-terminated; empty if libblkid knows none.
  char type[32];
  /// The bytes from its start to the end of its last block; 0 if the library cannot tell (before 2.39).
  uint64_t size;
};

/// Identifies the `size` bytes at `offset` of the file or block device `fd`. Returns 0; -ENOENT if nothing is
/// recognized, -ENOSYS if this host has no libblkid, -EIO if the bytes cannot be read.
int cblkid_identify(int fd, uint64_t offset, uint64_t size, struct cblkid_answer *_Nonnull answer);
