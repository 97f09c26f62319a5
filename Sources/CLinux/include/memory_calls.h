#pragma once
// Memory that keeps its contents, and locks on files. Each function returns a value, or -errno.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Makes what this thread wrote to the `size` bytes at `start`, memory of a DAX mapping, durable: writes the lines of
/// the CPU's caches back (CLWB, CLFLUSHOPT or CLFLUSH, the first that the CPU has) and waits (SFENCE). Elsewhere than
/// on x86-64 the kernel is asked to (msync); `start` must then lie in a mapping. -EFAULT where the host cannot give the
/// memory any more.
int clinux_persist(const void *_Nonnull start, size_t size);

/// Locks the file `fd` for whoever asks for the same (flock): `exclusive`, or shared; until the descriptor is closed.
/// -EWOULDBLOCK where somebody else holds a lock that forbids it.
int clinux_lock(int fd, bool exclusive);

/// Locks the whole file behind `fd` for the one who writes to it, until `fd` is closed, beside what flock(2) locks. Never
/// waits; -EAGAIN where another has it.
int clinux_lock_for_writing(int fd);

/// Copies `size` bytes, which do not overlap; -EFAULT, and only part of them copied, where the host cannot give the
/// memory on one side: its file became shorter, its disk is full or fails (SIGBUS).
int clinux_copy(void *_Nonnull to, const void *_Nonnull from, size_t size);

/// Makes SIGBUS harmless within `clinux_copy` and `clinux_persist`, and elsewhere call `ending`, which must be fit for a
/// signal handler, before it ends the process.
void clinux_guard_memory(void (*_Nullable ending)(void));

/// From now on memory of the host that fails under this thread, which runs a guest's CPU, does not end the process (SIGBUS
/// with BUS_MCEERR_AR): `clinux_take_memory_error` tells where it was.
void clinux_expect_memory_errors(void);

/// The address of memory that failed under this thread since the last call; 0 where none has.
uintptr_t clinux_take_memory_error(void);

/// Makes what lies in the `size` bytes at `start`, part of a shared mapping of a file, durable (msync).
int clinux_synchronise(const void *_Nonnull start, size_t size);
