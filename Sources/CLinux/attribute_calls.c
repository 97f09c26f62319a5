#include "attribute_calls.h"

#include "value_or_errno.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

ssize_t clinux_get_attribute(int fd, const char *name, void *buffer, size_t size) {
  ssize_t length = fgetxattr(fd, name, buffer, size);
  return length < 0 ? -errno : length;
}

int clinux_set_attribute(int fd, const char *name, const void *bytes, size_t size) {
  return value_or_errno(fsetxattr(fd, name, bytes, size, 0));
}

int clinux_remove_attribute(int fd, const char *name) {
  int result = value_or_errno(fremovexattr(fd, name));
  return result == -ENODATA || result == -EOPNOTSUPP ? 0 : result;
}

static const char access_list[] = "system.posix_acl_access";

// These attributes depend on the file's contents (capabilities(7), Linux security/integrity): they would be wrong for
// other bytes.
static bool speaks_of_contents(const char *name) {
  return !strcmp(name, "security.capability") || !strcmp(name, "security.ima") || !strcmp(name, "security.evm");
}

static int copy_attribute(int from, int to, const char *name) {
  // Linux XATTR_SIZE_MAX.
  enum { LARGEST = 65536 };
  char *value = malloc(LARGEST);
  if (!value) return -ENOMEM;
  ssize_t length = fgetxattr(from, name, value, LARGEST);
  int result = length < 0 ? -errno : value_or_errno(fsetxattr(to, name, value, (size_t)length, 0));
  // If the value is already the same, no write is needed, for which the caller may lack permission.
  if (result == -EPERM || result == -EACCES) {
    char *present = malloc(LARGEST);
    if (present && fgetxattr(to, name, present, LARGEST) == length && !memcmp(present, value, (size_t)length)) result = 0;
    free(present);
  }
  free(value);
  return result;
}

int clinux_copy_attributes(int from, int to, const char *except, char *at_fault, size_t size) {
  // A folder may give each new file in it an access control list.
  if (!clinux_has_access_list(from) && clinux_has_access_list(to) && fremovexattr(to, access_list) < 0) {
    snprintf(at_fault, size, "%s", access_list);
    return -errno;
  }
  // Linux XATTR_LIST_MAX.
  enum { LARGEST = 65536 };
  char *names = malloc(LARGEST);
  if (!names) return -ENOMEM;
  ssize_t length = flistxattr(from, names, LARGEST);
  int result = length < 0 && errno != ENOTSUP ? -errno : 0;
  for (char *name = names; result == 0 && name < names + length; name += strlen(name) + 1) {
    if (!strcmp(name, except) || speaks_of_contents(name)) continue;
    result = copy_attribute(from, to, name);
    if (result < 0) snprintf(at_fault, size, "%s", name);
  }
  free(names);
  return result;
}

bool clinux_has_access_list(int fd) { return fgetxattr(fd, access_list, NULL, 0) > 0; }
