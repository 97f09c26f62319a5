#pragma once
// KVM ioctls as typed functions. Each returns a value (0, a descriptor or a count), or -errno; none
// leaves its answer in errno. Swift imports neither the _IO macros nor structures with a flexible array,
// so both stay on this side.

#include <linux/kvm.h>
#include <stdint.h>

// The system: a descriptor of /dev/kvm.

/// The KVM API version (12 on every kernel that matters).
int ckvm_api_version(int kvm);
/// Bytes of a virtual CPU's run area.
int ckvm_run_area_size(int kvm);
/// A new virtual machine's descriptor.
int ckvm_create_vm(int kvm);
/// Fills `entries` with the CPUID leaves that KVM can give a guest; returns how many.
int ckvm_supported_cpuid(int kvm, struct kvm_cpuid_entry2 *_Nonnull entries, uint32_t capacity);

// A virtual machine.

/// Three pages of guest-physical address space that Intel hosts need for real mode.
int ckvm_set_tss_address(int vm, uint64_t address);
/// One page, likewise. To be called before the first virtual CPU is made.
int ckvm_set_identity_map_address(int vm, uint64_t address);
/// Local APICs, I/O APIC and PIC in the kernel.
int ckvm_create_irqchip(int vm);
/// Adds, replaces or (with size 0) removes the memory slot that `region` names.
int ckvm_set_memory_region(int vm, const struct kvm_userspace_memory_region *_Nonnull region);
/// Sets a bit of `pages` for each page of the memory slot `slot` that the guest has written since it was last asked:
/// page 0 is bit 0 of the first word, and there are words for all pages.
int ckvm_take_dirty_pages(int vm, uint32_t slot, uint64_t *_Nonnull pages);
/// Drives the interrupt line `gsi` to `level`.
int ckvm_irq_line(int vm, uint32_t gsi, uint32_t level);
/// A new virtual CPU's descriptor.
int ckvm_create_vcpu(int vm, uint32_t id);

// A virtual CPU.

/// How fast its time stamp counter counts, in kHz.
int ckvm_clock_frequency(int vcpu);
/// Runs the guest until it exits; -EINTR where a signal arrived or an exit was requested.
int ckvm_run(int vcpu);
/// Makes the current or next ckvm_run return at once. The only access to a run area that another thread may make.
void ckvm_request_exit(struct kvm_run *_Nonnull run);
/// Forgets such a request; only the thread that runs the CPU does.
void ckvm_forget_exit_request(struct kvm_run *_Nonnull run);
/// Gives the guest `value` as the answer to the read of memory by which it exited.
void ckvm_answer_memory_read(struct kvm_run *_Nonnull run, uint64_t value);
int ckvm_get_regs(int vcpu, struct kvm_regs *_Nonnull regs);
int ckvm_set_regs(int vcpu, const struct kvm_regs *_Nonnull regs);
int ckvm_get_sregs(int vcpu, struct kvm_sregs *_Nonnull sregs);
int ckvm_set_sregs(int vcpu, const struct kvm_sregs *_Nonnull sregs);
/// Gives the guest the CPUID leaves in `entries`.
int ckvm_set_cpuid(int vcpu, const struct kvm_cpuid_entry2 *_Nonnull entries, uint32_t count);
/// Sets one model-specific register; -ENXIO where KVM does not take it.
int ckvm_set_msr(int vcpu, uint32_t index, uint64_t value);
/// Gives the CPU machine checks from which a guest recovers; -EINVAL where KVM has none.
int ckvm_set_up_machine_checks(int vcpu);
/// Tells the guest by a machine check that its memory at the physical address `address`, which it was about to use,
/// cannot be had.
int ckvm_report_memory_error(int vcpu, uint64_t address);
