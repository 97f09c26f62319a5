#pragma once
// The result of every function of this target: a value, or -errno.

#include <errno.h>

static inline int value_or_errno(int result) { return result < 0 ? -errno : result; }
