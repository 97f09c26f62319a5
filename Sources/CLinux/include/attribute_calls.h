#pragma once
// Extended attributes of files. Each function returns a value, or -errno.

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/// Reads the attribute `name` of the file `fd` into `buffer`. Returns its length; -ENODATA if there is none, -ERANGE if
/// it is longer than `size`, -EOPNOTSUPP if the file system has no attributes.
ssize_t clinux_get_attribute(int fd, const char *_Nonnull name, void *_Nonnull buffer, size_t size);

/// Sets or creates the attribute `name` of the file `fd`.
int clinux_set_attribute(int fd, const char *_Nonnull name, const void *_Nonnull bytes, size_t size);
/// Removes the attribute `name`, if there is one.
int clinux_remove_attribute(int fd, const char *_Nonnull name);

/// Copies the extended attributes of the file `from` to the file `to`, including its access control list and its
/// security label, but without `except` and those that depend on the contents. Returns -errno if one cannot be set, and
/// its name in `at_fault`.
int clinux_copy_attributes(int from, int to, const char *_Nonnull except, char *_Nonnull at_fault, size_t size);

/// Returns whether the file `fd` has an access control list beyond its mode.
bool clinux_has_access_list(int fd);
