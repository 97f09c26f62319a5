#pragma once
// Linux calls that Swift's Glibc module does not provide: macros that are not imported, and ioctls. Each function
// returns a value, or -errno; none sets errno for its caller.

#include <stdint.h>

/// Returns the size in bytes of the block device `fd` (BLKGETSIZE64), or -errno.
int64_t clinux_block_device_size(int fd);

/// Returns the page size of the file `fd` on hugetlbfs; 0 if it is on another file system.
int64_t clinux_huge_page_size(int fd);
