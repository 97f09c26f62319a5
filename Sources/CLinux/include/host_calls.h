#pragma once
// Properties of a file in the host's file system. Each function returns a value, or -errno.

#include <stdbool.h>
#include <stdint.h>

/// The file system that contains a file.
struct clinux_file_system {
  /// The magic number of the file system (statfs(2)).
  uint64_t kind;
  /// The block size in bytes; the page size on hugetlbfs.
  uint64_t block_size;
  /// The bytes that the caller can still allocate.
  uint64_t available;
  /// The bytes allocated to the file.
  uint64_t allocated;
};

int clinux_file_system(int fd, struct clinux_file_system *_Nonnull answer);

/// Returns 1 if the file is currently mapped without a page cache (STATX_ATTR_DAX), otherwise 0.
int clinux_is_direct(int fd);

/// Returns 0 if the file can be mapped with MAP_SYNC, so that writes to the mapping need no fsync.
int clinux_try_synchronous_mapping(int fd);

/// Returns 0 if only this descriptor has the file open or mapped, 1 if there is any other user, or -errno if the kernel
/// cannot say.
///
/// Only a sole opener gets a write lease, which is returned at once. An open(2) in between waits for that, or fails
/// with EWOULDBLOCK if it must not wait.
int clinux_is_open_elsewhere(int fd);

/// Returns 1 if one of the first extents of the file is shared with another file (FIEMAP), otherwise 0.
int clinux_shares_extents(int fd);

/// Returns the number of the block device whose node is at `name` below /dev, following symbolic links that stay there;
/// -errno if there is none, or if it lies on another mount.
int64_t clinux_device_number(const char *_Nonnull name);
