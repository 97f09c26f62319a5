#pragma once
// Linux calls that Swift's Glibc module does not give: macros that are not imported, and ioctls.
// Each returns a value, or -errno; none leaves its answer in errno.

#include <stdint.h>

/// The size in bytes of the block device `fd`, by BLKGETSIZE64; -errno on failure.
int64_t clinux_block_device_size(int fd);

/// The size of the pages of which the file `fd` on hugetlbfs is made; 0 where it is on another file system.
int64_t clinux_huge_page_size(int fd);
