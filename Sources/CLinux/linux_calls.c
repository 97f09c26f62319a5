#include "linux_calls.h"

#include <errno.h>
#include <stddef.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

int64_t clinux_block_device_size(int fd) {
  uint64_t bytes = 0;
  if (ioctl(fd, BLKGETSIZE64, &bytes) < 0) return -errno;
  return (int64_t)bytes;
}

int64_t clinux_huge_page_size(int fd) {
  struct statfs status;
  if (fstatfs(fd, &status) < 0) return -errno;
  return status.f_type == HUGETLBFS_MAGIC ? (int64_t)status.f_bsize : 0;
}
