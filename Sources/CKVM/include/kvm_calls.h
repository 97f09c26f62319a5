#pragma once
// KVM ioctls as typed functions. Each returns a value (0 or a descriptor), or -errno.

#include <linux/kvm.h>
#include <stdint.h>

/// The KVM API version of `/dev/kvm` opened as `fd` (12 on every kernel that matters).
int ckvm_api_version(int fd);
