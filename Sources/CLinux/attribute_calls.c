#include "attribute_calls.h"

#include "value_or_errno.h"

#include <errno.h>
#include <sys/xattr.h>

ssize_t clinux_get_attribute(int fd, const char *name, void *buffer, size_t size) {
  ssize_t length = fgetxattr(fd, name, buffer, size);
  return length < 0 ? -errno : length;
}

int clinux_set_attribute(int fd, const char *name, const void *bytes, size_t size) {
  return value_or_errno(fsetxattr(fd, name, bytes, size, 0));
}
