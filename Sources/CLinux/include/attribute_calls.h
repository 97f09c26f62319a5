#pragma once
// Extended attributes of files. Each function returns a value, or -errno.

#include <stddef.h>
#include <sys/types.h>

/// Reads the attribute `name` of the file `fd` into `buffer`; answers its length. -ENODATA where there is none,
/// -ERANGE where it is longer than `size`, -EOPNOTSUPP where the file system has no such thing.
ssize_t clinux_get_attribute(int fd, const char *_Nonnull name, void *_Nonnull buffer, size_t size);

/// Replaces the attribute `name` of the file `fd`, or makes it.
int clinux_set_attribute(int fd, const char *_Nonnull name, const void *_Nonnull bytes, size_t size);
