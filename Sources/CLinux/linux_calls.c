#include "linux_calls.h"

#include <errno.h>
#include <stddef.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

int64_t clinux_block_device_size(int fd) {
  uint64_t bytes = 0;
  if (ioctl(fd, BLKGETSIZE64, &bytes) < 0) return -errno;
  return (int64_t)bytes;
}
