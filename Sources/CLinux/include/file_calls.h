#pragma once
// System calls on files that Swift's Glibc module does not provide (variadic, or hidden behind _GNU_SOURCE). Each
// function returns a value, or -errno; none sets errno for its caller.

#include <stdint.h>
#include <sys/types.h>

/// Opens the folder at `path`, for use with the functions below (O_PATH), even if it cannot be listed.
int clinux_open_folder(const char *_Nonnull path);

/// Creates a file in `folder` that has no name and vanishes with its descriptor (O_TMPFILE), open for writing;
/// -EOPNOTSUPP if the file system does not support this.
int clinux_create_unnamed(int folder, mode_t mode);

/// Creates a file called `name` in `folder`, open for writing; -EEXIST if the name is taken.
int clinux_create_named(int folder, const char *_Nonnull name, mode_t mode);

/// Opens the file called `name` in `folder` for reading; does not block and does not follow a link.
int clinux_open_without_waiting(int folder, const char *_Nonnull name);

/// Gives the unnamed file `fd` the name `name` in `folder`; -EEXIST if the name is taken.
int clinux_name(int fd, int folder, const char *_Nonnull name);

/// Renames a file within `folder`, replacing any file called `to`.
int clinux_rename(int folder, const char *_Nonnull from, const char *_Nonnull to);

/// Renames a file within `folder`; -EEXIST if `to` is taken.
int clinux_rename_to_free_name(int folder, const char *_Nonnull from, const char *_Nonnull to);

/// Atomically exchanges the files behind two names in `folder`; -EINVAL if the file system does not support this.
int clinux_exchange(int folder, const char *_Nonnull one, const char *_Nonnull other);

/// Gives the file called `name` in `folder` the additional name `other`; -EEXIST if that is taken.
int clinux_link(int folder, const char *_Nonnull name, const char *_Nonnull other);

/// Removes the name `name` from `folder`.
int clinux_unlink(int folder, const char *_Nonnull name);

/// Waits until the names in `folder` are on the disk. Returns 0 if the file system cannot guarantee that.
int clinux_sync_folder(int folder);

/// Reserves space for bytes 0 to `size` of the file `fd`, and extends it to that length.
int clinux_allocate(int fd, int64_t size);

/// Reserves space for `size` bytes at `offset` of the file `fd`, without changing its length. Unshares extents that it
/// shares with other files there, if the file system supports that.
int clinux_reserve(int fd, int64_t offset, int64_t size);

/// Makes the whole blocks within `size` bytes at `offset` of the file `fd` a hole.
int clinux_punch_hole(int fd, int64_t offset, int64_t size);

/// Waits until the whole file system of `fd` is on the disk, so that deallocated space becomes free.
int clinux_sync_file_system(int fd);

/// Copies up to `count` bytes between files within the kernel, sharing their blocks if the file system supports that.
/// Returns the number of bytes copied (0 at the end of `from`), or -errno.
int64_t clinux_copy_range(int from, int64_t from_offset, int to, int64_t to_offset, size_t count);

/// Allocates space for the first page of the file `fd` that has none, without changing its contents or length; -ENOSPC
/// or -EDQUOT if there is no space, -ENXIO if every page has some.
int clinux_take_space(int fd);

/// Returns 0 if the caller, by its effective ids, may read and write the file at `path`.
int clinux_may_write(const char *_Nonnull path);

/// Returns 0 if the caller, by its effective ids, may create files in the folder at `path`.
int clinux_may_create_in(const char *_Nonnull path);

/// Returns 0 if the caller, by its effective ids, may create files in the open folder `folder`.
int clinux_may_create(int folder);
