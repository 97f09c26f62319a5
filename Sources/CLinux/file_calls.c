#define _GNU_SOURCE
#include "file_calls.h"

#include "value_or_errno.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int clinux_open_folder(const char *path) {
  return value_or_errno(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
}

int clinux_create_unnamed(int folder, mode_t mode) {
  return value_or_errno(openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode));
}

int clinux_create_named(int folder, const char *name, mode_t mode) {
  return value_or_errno(openat(folder, name, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, mode));
}

int clinux_open_without_waiting(int folder, const char *name) {
  return value_or_errno(openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC));
}

int clinux_name(int fd, int folder, const char *name) {
  // Through /proc, because naming a descriptor directly (AT_EMPTY_PATH) takes a privilege.
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return value_or_errno(linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW));
}

int clinux_rename(int folder, const char *from, const char *to) {
  return value_or_errno(renameat(folder, from, folder, to));
}

int clinux_rename_to_free_name(int folder, const char *from, const char *to) {
  int result = value_or_errno(renameat2(folder, from, folder, to, RENAME_NOREPLACE));
  if (result != -EINVAL && result != -ENOSYS) return result;
  // A file system without that flag (NFS, 9p) has hard links.
  result = value_or_errno(linkat(folder, from, folder, to, 0));
  return result < 0 ? result : clinux_unlink(folder, from);
}

int clinux_exchange(int folder, const char *one, const char *other) {
  return value_or_errno(renameat2(folder, one, folder, other, RENAME_EXCHANGE));
}

int clinux_link(int folder, const char *name, const char *other) {
  return value_or_errno(linkat(folder, name, folder, other, 0));
}

int clinux_unlink(int folder, const char *name) { return value_or_errno(unlinkat(folder, name, 0)); }

int clinux_sync_folder(int folder) {
  int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // A folder may be writable but not readable.
  if (fd < 0) return errno == EACCES ? 0 : -errno;
  int result = value_or_errno(fsync(fd));
  close(fd);
  return result == -EINVAL ? 0 : result;
}

int clinux_allocate(int fd, int64_t size) {
  int result;
  do {
    result = value_or_errno(fallocate(fd, 0, 0, size));
  } while (result == -EINTR);
  return result;
}

int clinux_reserve(int fd, int64_t offset, int64_t size) {
  int result;
  do {
    result = value_or_errno(fallocate(fd, FALLOC_FL_KEEP_SIZE, offset, size));
  } while (result == -EINTR);
  // XFS supports this if it shares extents.
  if (result == 0 && fallocate(fd, FALLOC_FL_UNSHARE_RANGE | FALLOC_FL_KEEP_SIZE, offset, size) < 0 &&
      (errno == ENOSPC || errno == EDQUOT))
    result = -errno;
  return result;
}

int clinux_punch_hole(int fd, int64_t offset, int64_t size) {
  return value_or_errno(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, size));
}

int clinux_sync_file_system(int fd) { return value_or_errno(syncfs(fd)); }

int64_t clinux_copy_range(int from, int64_t from_offset, int to, int64_t to_offset, size_t count) {
  off64_t source = from_offset, target = to_offset;
  ssize_t copied = copy_file_range(from, &source, to, &target, count, 0);
  return copied < 0 ? -errno : copied;
}

int clinux_take_space(int fd) {
  const off_t page = sysconf(_SC_PAGESIZE);
  const off_t end = lseek(fd, 0, SEEK_END), hole = lseek(fd, 0, SEEK_HOLE);
  if (end < 0 || hole < 0) return -errno;
  if (hole >= end) return -ENXIO;
  return value_or_errno(fallocate(fd, FALLOC_FL_KEEP_SIZE, hole / page * page, page));
}

int clinux_may_write(const char *path) {
  int result = value_or_errno(faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS));
  struct statx facts;
  // For an append-only file (chattr +a) that call does not report an error.
  bool is_known = result == 0 && statx(AT_FDCWD, path, 0, 0, &facts) == 0;
  return is_known && facts.stx_attributes & STATX_ATTR_APPEND ? -EPERM : result;
}

int clinux_may_create_in(const char *path) {
  return value_or_errno(faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS));
}

int clinux_may_create(int folder) { return value_or_errno(faccessat(folder, ".", W_OK | X_OK, AT_EACCESS)); }
