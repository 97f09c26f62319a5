#define _GNU_SOURCE
#include "host_calls.h"

#include "value_or_errno.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int clinux_file_system(int fd, struct clinux_file_system *answer) {
  struct statfs facts;
  struct stat file;
  if (fstatfs(fd, &facts) < 0 || fstat(fd, &file) < 0) return -errno;
  answer->allocated = (uint64_t)file.st_blocks * 512;
  answer->kind = (uint64_t)facts.f_type & 0xffffffff;
  answer->block_size = (uint64_t)facts.f_bsize;
  uint64_t unit = facts.f_frsize ? (uint64_t)facts.f_frsize : (uint64_t)facts.f_bsize;
  if (__builtin_mul_overflow((uint64_t)facts.f_bavail, unit, &answer->available)) answer->available = UINT64_MAX;
  return 0;
}

int clinux_is_direct(int fd) {
  struct statx facts;
  if (statx(fd, "", AT_EMPTY_PATH, 0, &facts) < 0) return -errno;
  return (facts.stx_attributes & STATX_ATTR_DAX) != 0;
}

int clinux_try_synchronous_mapping(int fd) {
  size_t size = (size_t)sysconf(_SC_PAGESIZE);
  void *mapping = mmap(NULL, size, PROT_READ, MAP_SHARED_VALIDATE | MAP_SYNC, fd, 0);
  if (mapping == MAP_FAILED) return -errno;
  munmap(mapping, size);
  return 0;
}

int clinux_is_open_elsewhere(int fd) {
  // Reports the next opener with a signal that is ignored, not with SIGIO, which would end the program.
  if (fcntl(fd, F_SETSIG, SIGURG) < 0) return -errno;
  if (fcntl(fd, F_SETLEASE, F_WRLCK) < 0) return errno == EAGAIN ? 1 : -errno;
  fcntl(fd, F_SETLEASE, F_UNLCK);
  return 0;
}

int clinux_shares_extents(int fd) {
  enum { EXTENTS = 32 };
  union {
    struct fiemap map;
    char room[sizeof(struct fiemap) + EXTENTS * sizeof(struct fiemap_extent)];
  } query;
  memset(&query, 0, sizeof query);
  query.map.fm_length = FIEMAP_MAX_OFFSET;
  query.map.fm_extent_count = EXTENTS;
  if (ioctl(fd, FS_IOC_FIEMAP, &query.map) < 0) return -errno;
  for (uint32_t i = 0; i < query.map.fm_mapped_extents && i < EXTENTS; i++)
    if (query.map.fm_extents[i].fe_flags & FIEMAP_EXTENT_SHARED) return 1;
  return 0;
}

int64_t clinux_device_number(const char *name) {
  int folder = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -errno;
  struct open_how how = {
      .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS};
  int node = (int)syscall(SYS_openat2, folder, name, &how, sizeof how);
  // Before Linux 5.6 nothing guarantees that, so links are not followed.
  if (node < 0 && errno == ENOSYS && !strchr(name, '/')) node = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  int64_t answer = -errno;
  struct stat facts;
  if (node >= 0) {
    answer = fstat(node, &facts) < 0 ? -errno : S_ISBLK(facts.st_mode) ? (int64_t)facts.st_rdev : -ENOTBLK;
    close(node);
  }
  close(folder);
  return answer;
}
