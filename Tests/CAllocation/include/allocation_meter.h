#pragma once

#include <stddef.h>

/// Starts to count what the calling thread allocates, from 0.
void allocation_meter_start(void);

/// Stops counting. Returns the greatest number of bytes that were allocated at one time.
size_t allocation_meter_stop(void);
