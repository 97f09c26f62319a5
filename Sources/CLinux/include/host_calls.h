#pragma once
// What the host's file system makes of a file. Each function returns a value, or -errno.

#include <stdbool.h>
#include <stdint.h>

/// The file system that a file lies in.
struct clinux_file_system {
  /// The magic number of its kind (statfs(2)).
  uint64_t kind;
  /// Bytes of a block; of a page, in a hugetlbfs.
  uint64_t block_size;
  /// Bytes that the caller can still take.
  uint64_t available;
  /// Bytes that the file takes.
  uint64_t allocated;
};

int clinux_file_system(int fd, struct clinux_file_system *_Nonnull answer);

/// 1 where the file is mapped without a page cache now (STATX_ATTR_DAX), else 0.
int clinux_is_direct(int fd);

/// 0 where the file can be mapped with MAP_SYNC: what is written to such a mapping needs no fsync.
int clinux_try_synchronous_mapping(int fd);

/// 0 where this descriptor alone has the file open or mapped, 1 where somebody else has, whoever that is; -errno where
/// the kernel does not tell.
///
/// A lease for writing is had only by the only opener; it is given back at once. An open(2) that comes between waits
/// for that, or says EWOULDBLOCK where it may not wait.
int clinux_is_open_elsewhere(int fd);

/// 1 where one of the first extents of the file is shared with another file (FIEMAP), else 0.
int clinux_shares_extents(int fd);

/// The number of the block device whose node is at `name` below /dev, by way of symbolic links that stay there;
/// -errno where there is none, or it lies on another mount.
int64_t clinux_device_number(const char *_Nonnull name);
