#pragma once

#include <stddef.h>

/// Starts counting the allocations of the calling thread from 0.
void allocation_meter_start(void);

/// Stops counting. Returns the peak of the bytes allocated at one time.
size_t allocation_meter_stop(void);
