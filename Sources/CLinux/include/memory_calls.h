#pragma once
// Persistent memory, and locks on files. Each function returns a value, or -errno.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Makes this thread's writes to the `size` bytes at `start`, memory of a DAX mapping, durable: writes the CPU's cache
/// lines back (CLWB, CLFLUSHOPT or CLFLUSH, the first that the CPU has) and waits (SFENCE). On architectures other than
/// x86-64 it uses msync; `start` must then lie in a mapping. Returns -EFAULT if the host can no longer supply the
/// memory.
int clinux_persist(const void *_Nonnull start, size_t size);

/// Locks the file `fd` against other callers of this function (flock), `exclusive` or shared, until the descriptor is
/// closed. Returns -EWOULDBLOCK if another holder's lock conflicts.
int clinux_lock(int fd, bool exclusive);

/// Locks the whole file behind `fd` for its only writer until `fd` is closed, independently of flock(2). Never waits;
/// -EAGAIN if another process holds the lock.
int clinux_lock_for_writing(int fd);

/// Copies `size` bytes, which must not overlap. Returns -EFAULT, after copying only a part, if the host cannot supply
/// the memory on one side because a file became shorter, or its disk is full or fails (SIGBUS).
int clinux_copy(void *_Nonnull to, const void *_Nonnull from, size_t size);

/// Makes SIGBUS harmless within `clinux_copy` and `clinux_persist`. Elsewhere it calls `ending`, which must be
/// async-signal-safe, before it ends the process.
void clinux_guard_memory(void (*_Nullable ending)(void));

/// Keeps memory errors of the host (SIGBUS with BUS_MCEERR_AR) in this thread, which runs a guest's CPU, from ending
/// the process: `clinux_take_memory_error` returns their address.
void clinux_expect_memory_errors(void);

/// Returns the address of memory that failed in this thread since the last call; 0 if none did.
uintptr_t clinux_take_memory_error(void);

/// Makes the `size` bytes at `start`, part of a shared mapping of a file, durable (msync).
int clinux_synchronise(const void *_Nonnull start, size_t size);
