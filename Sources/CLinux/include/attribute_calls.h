#pragma once
// Extended attributes of files. Each function returns a value, or -errno.

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/// Reads the attribute `name` of the file `fd` into `buffer`; answers its length. -ENODATA where there is none,
/// -ERANGE where it is longer than `size`, -EOPNOTSUPP where the file system has no such thing.
ssize_t clinux_get_attribute(int fd, const char *_Nonnull name, void *_Nonnull buffer, size_t size);

/// Replaces the attribute `name` of the file `fd`, or makes it.
int clinux_set_attribute(int fd, const char *_Nonnull name, const void *_Nonnull bytes, size_t size);

/// Gives the file `to` the extended attributes of the file `from`, its access control list and its security label among
/// them, but for `except` and for those that speak of the contents. -errno where one cannot be had, which `at_fault`
/// then names.
int clinux_copy_attributes(int from, int to, const char *_Nonnull except, char *_Nonnull at_fault, size_t size);

/// Whether the file `fd` has an access control list beyond its mode.
bool clinux_has_access_list(int fd);
