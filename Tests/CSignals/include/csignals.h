#pragma once

#include <stdint.h>

/// Sends the calling thread SIGBUS as the kernel does, with `code`, for the memory at `address`. Returns 0, or -1 with
/// errno.
int csignals_bus_error(uintptr_t address, int code);
