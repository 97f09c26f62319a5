#pragma once
// Memory that keeps its contents, and locks on files. Each function returns a value, or -errno.

#include <stdbool.h>
#include <stddef.h>

/// Makes what this thread wrote to the `size` bytes at `start`, memory of a DAX mapping, durable: writes the lines of
/// the CPU's caches back (CLWB, CLFLUSHOPT or CLFLUSH, the first that the CPU has) and waits (SFENCE). Elsewhere than
/// on x86-64 the kernel is asked to (msync); `start` must then lie in a mapping.
int clinux_persist(const void *_Nonnull start, size_t size);

/// Locks the file `fd` for whoever asks for the same (flock): `exclusive`, or shared; until the descriptor is closed.
/// -EWOULDBLOCK where somebody else holds a lock that forbids it.
int clinux_lock(int fd, bool exclusive);
