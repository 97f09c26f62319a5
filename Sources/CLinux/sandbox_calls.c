#define _GNU_SOURCE
#include "sandbox_calls.h"

#include "value_or_errno.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/kvm.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_give_up_privileges(void) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -errno;
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
  if (syscall(SYS_capget, &header, sets) < 0) return -errno;
  static const unsigned kept = 1u << CAP_CHOWN | 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH | 1u << CAP_FOWNER;
  for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
    const unsigned left = i == 0 ? sets[i].permitted & kept : 0;
    sets[i] = (struct __user_cap_data_struct){.effective = left, .permitted = left};
  }
  return value_or_errno((int)syscall(SYS_capset, &header, sets));
}

#if defined(__x86_64__)

enum { ARCHITECTURE = AUDIT_ARCH_X86_64 };

// The offset of the low half of argument `n`.
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8 * (n))
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(offset))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define SKIP_UNLESS(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), 0, (count))
#define ALLOW_IF(value) SKIP_UNLESS(value, 1), RETURN(SECCOMP_RET_ALLOW)
#define ALLOW(name) ALLOW_IF(SYS_##name)
#define REFUSE(error) RETURN(SECCOMP_RET_ERRNO | (error))

int clinux_restrict_calls(void) {
  const unsigned own = (unsigned)getpid();
  const struct sock_filter filter[] = {
    LOAD(offsetof(struct seccomp_data, arch)), SKIP_UNLESS(ARCHITECTURE, 1),
    BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), RETURN(SECCOMP_RET_KILL_PROCESS),
    LOAD(offsetof(struct seccomp_data, nr)),
    // ioctl: for KVM, those that make and run machines here; the settings and size of a terminal, but not typing into
    // it; the size of a block device.
    SKIP_UNLESS(SYS_ioctl, 60), LOAD(ARGUMENT(1)), ALLOW_IF(KVM_RUN), ALLOW_IF(KVM_IRQ_LINE),
    ALLOW_IF(KVM_SET_USER_MEMORY_REGION), ALLOW_IF(KVM_GET_DIRTY_LOG), ALLOW_IF(KVM_GET_REGS), ALLOW_IF(KVM_SET_REGS),
    ALLOW_IF(KVM_GET_SREGS), ALLOW_IF(KVM_SET_SREGS), ALLOW_IF(KVM_SET_CPUID2), ALLOW_IF(KVM_SET_MSRS),
    ALLOW_IF(KVM_CREATE_VCPU), ALLOW_IF(KVM_CREATE_VM), ALLOW_IF(KVM_CREATE_IRQCHIP), ALLOW_IF(KVM_SET_TSS_ADDR),
    ALLOW_IF(KVM_SET_IDENTITY_MAP_ADDR), ALLOW_IF(KVM_GET_VCPU_MMAP_SIZE), ALLOW_IF(KVM_GET_SUPPORTED_CPUID),
    ALLOW_IF(KVM_GET_API_VERSION), ALLOW_IF(KVM_CHECK_EXTENSION), ALLOW_IF(KVM_ENABLE_CAP),
    ALLOW_IF(KVM_X86_SETUP_MCE), ALLOW_IF(KVM_X86_SET_MCE), ALLOW_IF(KVM_GET_VCPU_EVENTS),
    ALLOW_IF(KVM_SET_GUEST_DEBUG), ALLOW_IF(0x5401), ALLOW_IF(0x5402), ALLOW_IF(0x5403),
    ALLOW_IF(0x802c542a), ALLOW_IF(0x80081272), REFUSE(EPERM),
    // fcntl: neither sending signals to others (F_SETOWN, F_SETSIG) nor newer commands.
    SKIP_UNLESS(SYS_fcntl, 18), LOAD(ARGUMENT(1)), ALLOW_IF(F_DUPFD), ALLOW_IF(F_DUPFD_CLOEXEC), ALLOW_IF(F_GETFD),
    ALLOW_IF(F_SETFD), ALLOW_IF(F_GETFL), ALLOW_IF(F_SETFL), ALLOW_IF(F_OFD_SETLK), ALLOW_IF(F_OFD_GETLK),
    REFUSE(EPERM),
    // clone: threads only. glibc falls back to it if there is no clone3, whose flags a filter cannot read.
    SKIP_UNLESS(SYS_clone, 4), LOAD(ARGUMENT(0)), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
    RETURN(SECCOMP_RET_ALLOW), REFUSE(EPERM), SKIP_UNLESS(SYS_clone3, 1), REFUSE(ENOSYS),
    // Signals to threads of this process, names for them, and reading its own limits.
    SKIP_UNLESS(SYS_tgkill, 4), LOAD(ARGUMENT(0)), ALLOW_IF(own), REFUSE(EPERM),
    SKIP_UNLESS(SYS_prctl, 4), LOAD(ARGUMENT(0)), ALLOW_IF(PR_SET_NAME), REFUSE(EPERM),
    SKIP_UNLESS(SYS_prlimit64, 4), LOAD(ARGUMENT(2)), ALLOW_IF(0), REFUSE(EPERM),
    // Threads, time and memory.
    ALLOW(futex), ALLOW(rseq), ALLOW(set_robust_list), ALLOW(exit), ALLOW(exit_group), ALLOW(gettid), ALLOW(getpid),
    ALLOW(sched_yield), ALLOW(sched_getaffinity), ALLOW(membarrier), ALLOW(restart_syscall), ALLOW(rt_sigaction),
    ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn), ALLOW(rt_sigtimedwait), ALLOW(rt_sigpending), ALLOW(sigaltstack),
    ALLOW(clock_gettime), ALLOW(clock_getres), ALLOW(clock_nanosleep), ALLOW(nanosleep), ALLOW(gettimeofday),
    ALLOW(getrandom), ALLOW(brk), ALLOW(mmap), ALLOW(munmap), ALLOW(mremap), ALLOW(mprotect), ALLOW(madvise),
    ALLOW(msync), ALLOW(getuid), ALLOW(geteuid), ALLOW(getgid), ALLOW(getegid), ALLOW(uname), ALLOW(sysinfo),
    ALLOW(getcwd),
    // Descriptors, and their events.
    ALLOW(read), ALLOW(write), ALLOW(readv), ALLOW(writev), ALLOW(pread64), ALLOW(pwrite64), ALLOW(lseek),
    ALLOW(close), ALLOW(dup), ALLOW(dup2), ALLOW(dup3), ALLOW(poll), ALLOW(ppoll), ALLOW(select),
    ALLOW(pselect6), ALLOW(epoll_create1), ALLOW(epoll_ctl), ALLOW(epoll_wait), ALLOW(epoll_pwait), ALLOW(eventfd2),
    ALLOW(signalfd4), ALLOW(timerfd_create), ALLOW(timerfd_settime), ALLOW(pipe2), ALLOW(memfd_create),
    ALLOW(inotify_init1), ALLOW(inotify_add_watch), ALLOW(inotify_rm_watch), ALLOW(flock),
    // Files, to the extent that Landlock allows access.
    ALLOW(open), ALLOW(openat), ALLOW(stat), ALLOW(lstat), ALLOW(fstat), ALLOW(newfstatat), ALLOW(statx),
    ALLOW(statfs), ALLOW(fstatfs), ALLOW(access), ALLOW(faccessat), ALLOW(faccessat2), ALLOW(readlink),
    ALLOW(readlinkat), ALLOW(getdents64), ALLOW(ftruncate), ALLOW(fallocate), ALLOW(fsync), ALLOW(fdatasync),
    ALLOW(sync_file_range), ALLOW(fchmod), ALLOW(fchown), ALLOW(linkat), ALLOW(unlink), ALLOW(unlinkat),
    ALLOW(renameat), ALLOW(renameat2), ALLOW(fgetxattr), ALLOW(fsetxattr),
    // Open sockets.
    ALLOW(accept), ALLOW(accept4), ALLOW(recvfrom), ALLOW(sendto), ALLOW(recvmsg), ALLOW(sendmsg), ALLOW(shutdown),
    ALLOW(getsockname), ALLOW(getpeername), ALLOW(getsockopt), ALLOW(setsockopt),
    REFUSE(EPERM),
  };
  const struct sock_fprog program = {
    .len = sizeof(filter) / sizeof(filter[0]), .filter = (struct sock_filter *)filter,
  };
  return value_or_errno((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program));
}

#else

int clinux_restrict_calls(void) { return -ENOSYS; }

#endif
