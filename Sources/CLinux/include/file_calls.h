#pragma once
// Calls on files that Swift's Glibc module does not give (variadic, or hidden behind _GNU_SOURCE).
// Each returns a value, or -errno; none leaves its answer in errno.

#include <stdint.h>
#include <sys/types.h>

/// A descriptor that names the folder at `path` for the calls below (O_PATH), also where it cannot be listed.
int clinux_open_folder(const char *_Nonnull path);

/// A new file in `folder` that has no name and goes with its descriptor (O_TMPFILE), open for writing;
/// -EOPNOTSUPP where the file system has no such thing.
int clinux_create_unnamed(int folder, mode_t mode);

/// A new file called `name` in `folder`, open for writing; -EEXIST where the name is taken.
int clinux_create_named(int folder, const char *_Nonnull name, mode_t mode);

/// Opens the file that is called `name` in `folder` for reading; it is not waited for anybody, and a link not followed.
int clinux_open_without_waiting(int folder, const char *_Nonnull name);

/// Gives the unnamed file `fd` the name `name` in `folder`; -EEXIST where the name is taken.
int clinux_name(int fd, int folder, const char *_Nonnull name);

/// Renames within `folder`, replacing what is called `to`.
int clinux_rename(int folder, const char *_Nonnull from, const char *_Nonnull to);

/// Renames within `folder`; -EEXIST where `to` is taken.
int clinux_rename_to_free_name(int folder, const char *_Nonnull from, const char *_Nonnull to);

/// Exchanges what two names in `folder` stand for, at once; -EINVAL where the file system cannot.
int clinux_exchange(int folder, const char *_Nonnull one, const char *_Nonnull other);

/// Gives the file that is called `name` in `folder` the name `other` as well; -EEXIST where that is taken.
int clinux_link(int folder, const char *_Nonnull name, const char *_Nonnull other);

/// Removes the name `name` from `folder`.
int clinux_unlink(int folder, const char *_Nonnull name);

/// Waits until the names in `folder` are on the disk. 0 where the file system cannot promise that.
int clinux_sync_folder(int folder);

/// Reserves space for bytes 0 to `size` of the file `fd`, which becomes that long.
int clinux_allocate(int fd, int64_t size);

/// Takes space for `size` bytes at `offset` of the file `fd`, whose length stays; what it shares there with other files
/// becomes its own, where the file system can do that.
int clinux_reserve(int fd, int64_t offset, int64_t size);

/// Makes `size` bytes at `offset` of the file `fd` a hole; whole blocks of them, that is.
int clinux_punch_hole(int fd, int64_t offset, int64_t size);

/// Waits until all of the file system of `fd` is on the disk, so that what was given back is free.
int clinux_sync_file_system(int fd);

/// Copies up to `count` bytes between files within the kernel, which shares their blocks where the file system can.
/// How many were copied, 0 at the end of `from`, or -errno.
int64_t clinux_copy_range(int from, int64_t from_offset, int to, int64_t to_offset, size_t count);

/// Takes space for the first page of the file `fd` that has none, without a change of its contents or length;
/// -ENOSPC or -EDQUOT where there is none to be had, -ENXIO where every page has some.
int clinux_take_space(int fd);

/// 0 where the caller, by its effective ids, may read and write the file at `path`.
int clinux_may_write(const char *_Nonnull path);

/// 0 where the caller, by its effective ids, may make files in the folder at `path`.
int clinux_may_create_in(const char *_Nonnull path);

/// 0 where the caller, by its effective ids, may make files in the open folder `folder`.
int clinux_may_create(int folder);
