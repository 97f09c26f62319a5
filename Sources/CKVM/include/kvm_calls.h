#pragma once
// KVM ioctls as typed functions. Each returns a value (0, a descriptor or a count), or -errno; none sets errno for its
// caller. Swift imports neither the _IO macros nor structures with a flexible array, so both stay on this side.

#include <linux/kvm.h>
#include <stdbool.h>
#include <stdint.h>

// The system, by a descriptor of /dev/kvm.

/// Returns the KVM API version (12 on every relevant kernel).
int ckvm_api_version(int kvm);
/// Returns the size in bytes of a virtual CPU's run area.
int ckvm_run_area_size(int kvm);
/// Creates a virtual machine; returns its descriptor.
int ckvm_create_vm(int kvm);
/// Fills `entries` with the CPUID leaves that KVM can give a guest. Returns their number.
int ckvm_supported_cpuid(int kvm, struct kvm_cpuid_entry2 *_Nonnull entries, uint32_t capacity);

// A virtual machine.

/// Sets the three pages of guest-physical address space that Intel hosts need for real mode.
int ckvm_set_tss_address(int vm, uint64_t address);
/// Sets one such page. Must be called before the first virtual CPU is created.
int ckvm_set_identity_map_address(int vm, uint64_t address);
/// Creates local APICs, I/O APIC and PIC in the kernel.
int ckvm_create_irqchip(int vm);
/// Adds, replaces or (with size 0) removes the memory slot `region`.
int ckvm_set_memory_region(int vm, const struct kvm_userspace_memory_region *_Nonnull region);
/// Returns the number of memory slots that there can be.
int ckvm_memory_slot_limit(int vm);
/// Makes CPUs exit when they would have to emulate an instruction that KVM does not know, instead of telling the guest
/// that there is no such instruction. -EINVAL or -ENOTSUP if KVM cannot do that, or cannot execute a single instruction
/// without interruptions.
int ckvm_exit_on_emulation_failure(int vm);
/// Sets a bit in `pages` for each page of the memory slot `slot` that the guest has written since the last call: page 0
/// is bit 0 of the first word. `pages` must have words for all pages.
int ckvm_take_dirty_pages(int vm, uint32_t slot, uint64_t *_Nonnull pages);
/// Sets the interrupt line `gsi` to `level`.
int ckvm_irq_line(int vm, uint32_t gsi, uint32_t level);
/// Creates a virtual CPU; returns its descriptor.
int ckvm_create_vcpu(int vm, uint32_t id);

// A virtual CPU.

/// How fast its time stamp counter counts, in kHz.
int ckvm_clock_frequency(int vcpu);
/// Runs the guest until it exits; -EINTR where a signal arrived or an exit was requested.
int ckvm_run(int vcpu);
/// Makes the current or next ckvm_run return at once. The only access to a run area that other threads may make.
void ckvm_request_exit(struct kvm_run *_Nonnull run);
/// Clears such a request; only the thread that runs the CPU may call it.
void ckvm_forget_exit_request(struct kvm_run *_Nonnull run);
/// Answers the memory read by which the guest exited with `value`.
void ckvm_answer_memory_read(struct kvm_run *_Nonnull run, uint64_t value);
int ckvm_get_regs(int vcpu, struct kvm_regs *_Nonnull regs);
int ckvm_set_regs(int vcpu, const struct kvm_regs *_Nonnull regs);
int ckvm_get_sregs(int vcpu, struct kvm_sregs *_Nonnull sregs);
int ckvm_set_sregs(int vcpu, const struct kvm_sregs *_Nonnull sregs);
/// Gives the guest the CPUID leaves in `entries`.
int ckvm_set_cpuid(int vcpu, const struct kvm_cpuid_entry2 *_Nonnull entries, uint32_t count);
/// Sets one model-specific register; -ENXIO if KVM does not accept it.
int ckvm_set_msr(int vcpu, uint32_t index, uint64_t value);
/// Enables machine checks from which a guest can recover; -EINVAL if KVM does not support them. Returns 1 if one can be
/// for a single CPU, and 0 if processors of this kind always have them for that CPU.
int ckvm_set_up_machine_checks(int vcpu);
/// Raises a machine check. Returns 1 if the CPU takes it, 0 if its guest has disabled reports from that bank.
int ckvm_raise_machine_check(int vcpu, const struct kvm_x86_mce *_Nonnull check);
/// Makes `ckvm_run` execute one instruction without interruptions and exit with KVM_EXIT_DEBUG, or, without `once`, run
/// on.
int ckvm_step(int vcpu, bool once);
/// Copies what KVM read of the instruction that it could not emulate, of which the CPU told at its exit, to `bytes`, which
/// has room for 15. Returns the number of bytes, perhaps more than the instruction has.
uint32_t ckvm_failed_instruction(const struct kvm_run *_Nonnull run, uint8_t *_Nonnull bytes);
