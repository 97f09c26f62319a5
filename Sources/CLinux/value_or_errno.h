#pragma once
// What every function of this target answers: a value, or -errno.

#include <errno.h>

static inline int value_or_errno(int result) { return result < 0 ? -errno : result; }
