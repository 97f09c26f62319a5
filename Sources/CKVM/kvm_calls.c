#include "kvm_calls.h"

#include <errno.h>
#include <sys/ioctl.h>

_Static_assert(sizeof(struct kvm_userspace_memory_region) == 32, "KVM ABI");

static int value_or_errno(int result) { return result < 0 ? -errno : result; }

int ckvm_api_version(int fd) { return value_or_errno(ioctl(fd, KVM_GET_API_VERSION, 0)); }
