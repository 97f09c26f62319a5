#include "kvm_calls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

_Static_assert(sizeof(struct kvm_userspace_memory_region) == 32, "KVM ABI");
_Static_assert(sizeof(struct kvm_regs) == 144, "KVM ABI");
_Static_assert(sizeof(struct kvm_sregs) == 312, "KVM ABI");
_Static_assert(sizeof(struct kvm_cpuid_entry2) == 40, "KVM ABI");

static int value_or_errno(int result) { return result < 0 ? -errno : result; }

int ckvm_api_version(int kvm) { return value_or_errno(ioctl(kvm, KVM_GET_API_VERSION, 0)); }

int ckvm_run_area_size(int kvm) { return value_or_errno(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0)); }

int ckvm_create_vm(int kvm) { return value_or_errno(ioctl(kvm, KVM_CREATE_VM, 0)); }

static struct kvm_cpuid2 *cpuid_table(uint32_t count) {
  struct kvm_cpuid2 *table = calloc(1, sizeof(*table) + count * sizeof(struct kvm_cpuid_entry2));
  if (table) table->nent = count;
  return table;
}

int ckvm_supported_cpuid(int kvm, struct kvm_cpuid_entry2 *entries, uint32_t capacity) {
  struct kvm_cpuid2 *table = cpuid_table(capacity);
  if (!table) return -ENOMEM;
  int result = value_or_errno(ioctl(kvm, KVM_GET_SUPPORTED_CPUID, table));
  if (result >= 0) {
    result = (int)table->nent;
    memcpy(entries, table->entries, table->nent * sizeof(*entries));
  }
  free(table);
  return result;
}

int ckvm_set_tss_address(int vm, uint64_t address) { return value_or_errno(ioctl(vm, KVM_SET_TSS_ADDR, address)); }

int ckvm_set_identity_map_address(int vm, uint64_t address) {
  return value_or_errno(ioctl(vm, KVM_SET_IDENTITY_MAP_ADDR, &address));
}

int ckvm_create_irqchip(int vm) { return value_or_errno(ioctl(vm, KVM_CREATE_IRQCHIP, 0)); }

int ckvm_set_memory_region(int vm, const struct kvm_userspace_memory_region *region) {
  return value_or_errno(ioctl(vm, KVM_SET_USER_MEMORY_REGION, region));
}

int ckvm_memory_slot_limit(int vm) { return value_or_errno(ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_NR_MEMSLOTS)); }

int ckvm_exit_on_emulation_failure(int vm) {
  struct kvm_enable_cap enable = {.cap = KVM_CAP_EXIT_ON_EMULATION_FAILURE, .args = {1}};
  int flags = ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_SET_GUEST_DEBUG2);
  if (flags < 0 || !(flags & KVM_GUESTDBG_BLOCKIRQ)) return -ENOTSUP;
  return value_or_errno(ioctl(vm, KVM_ENABLE_CAP, &enable));
}

int ckvm_take_dirty_pages(int vm, uint32_t slot, uint64_t *pages) {
  struct kvm_dirty_log log = {.slot = slot, .dirty_bitmap = pages};
  return value_or_errno(ioctl(vm, KVM_GET_DIRTY_LOG, &log));
}

int ckvm_irq_line(int vm, uint32_t gsi, uint32_t level) {
  struct kvm_irq_level line = {.irq = gsi, .level = level};
  return value_or_errno(ioctl(vm, KVM_IRQ_LINE, &line));
}

int ckvm_create_vcpu(int vm, uint32_t id) { return value_or_errno(ioctl(vm, KVM_CREATE_VCPU, (unsigned long)id)); }

int ckvm_clock_frequency(int vcpu) { return value_or_errno(ioctl(vcpu, KVM_GET_TSC_KHZ, 0)); }

int ckvm_run(int vcpu) { return value_or_errno(ioctl(vcpu, KVM_RUN, 0)); }

void ckvm_request_exit(struct kvm_run *run) { __atomic_store_n(&run->immediate_exit, 1, __ATOMIC_SEQ_CST); }

void ckvm_forget_exit_request(struct kvm_run *run) { __atomic_store_n(&run->immediate_exit, 0, __ATOMIC_SEQ_CST); }

void ckvm_answer_memory_read(struct kvm_run *run, uint64_t value) {
  memcpy(run->mmio.data, &value, sizeof(run->mmio.data));
}

int ckvm_get_regs(int vcpu, struct kvm_regs *regs) { return value_or_errno(ioctl(vcpu, KVM_GET_REGS, regs)); }

int ckvm_set_regs(int vcpu, const struct kvm_regs *regs) { return value_or_errno(ioctl(vcpu, KVM_SET_REGS, regs)); }

int ckvm_get_sregs(int vcpu, struct kvm_sregs *sregs) { return value_or_errno(ioctl(vcpu, KVM_GET_SREGS, sregs)); }

int ckvm_set_sregs(int vcpu, const struct kvm_sregs *sregs) {
  return value_or_errno(ioctl(vcpu, KVM_SET_SREGS, sregs));
}

int ckvm_set_cpuid(int vcpu, const struct kvm_cpuid_entry2 *entries, uint32_t count) {
  struct kvm_cpuid2 *table = cpuid_table(count);
  if (!table) return -ENOMEM;
  memcpy(table->entries, entries, count * sizeof(*entries));
  int result = value_or_errno(ioctl(vcpu, KVM_SET_CPUID2, table));
  free(table);
  return result;
}

int ckvm_set_msr(int vcpu, uint32_t index, uint64_t value) {
  _Alignas(struct kvm_msrs) char room[sizeof(struct kvm_msrs) + sizeof(struct kvm_msr_entry)] = {0};
  struct kvm_msrs *one = (struct kvm_msrs *)room;
  one->nmsrs = 1;
  one->entries[0] = (struct kvm_msr_entry){.index = index, .data = value};
  int set = value_or_errno(ioctl(vcpu, KVM_SET_MSRS, one));
  if (set < 0) return set;
  return set == 1 ? 0 : -ENXIO;  // KVM returns the number of registers set
}

// Intel SDM, volume 3B, 16.3; AMD APM, volume 2, 9.3. MCG_CAP: banks, MCG_CTL_P, MCG_SER_P, MCG_LMCE_P.
enum { BANKS = 10, HAS_CONTROL = 1 << 8, RECOVERS = 1 << 24, IS_LOCAL = 1 << 27 };

int ckvm_set_up_machine_checks(int vcpu) {
  uint64_t wanted = IS_LOCAL | RECOVERS | HAS_CONTROL | BANKS;
  if (ioctl(vcpu, KVM_X86_SETUP_MCE, &wanted) == 0) return 1;
  wanted &= ~(uint64_t)IS_LOCAL;
  return value_or_errno(ioctl(vcpu, KVM_X86_SETUP_MCE, &wanted));
}

int ckvm_raise_machine_check(int vcpu, const struct kvm_x86_mce *check) {
  int result = value_or_errno(ioctl(vcpu, KVM_X86_SET_MCE, check));
  if (result < 0) return result;
  struct kvm_vcpu_events events = {0};
  result = value_or_errno(ioctl(vcpu, KVM_GET_VCPU_EVENTS, &events));
  return result < 0 ? result : events.exception.pending || events.exception.injected;
}

int ckvm_step(int vcpu, bool once) {
  struct kvm_guest_debug debug = {
    .control = once ? KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP | KVM_GUESTDBG_BLOCKIRQ : 0,
  };
  return value_or_errno(ioctl(vcpu, KVM_SET_GUEST_DEBUG, &debug));
}

uint32_t ckvm_failed_instruction(const struct kvm_run *run, uint8_t *bytes) {
  const uint64_t has_bytes = KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES;
  if (run->internal.suberror != KVM_INTERNAL_ERROR_EMULATION || run->internal.ndata == 0) return 0;
  if (!(run->emulation_failure.flags & has_bytes)) return 0;
  uint32_t size = run->emulation_failure.insn_size;
  if (size > sizeof(run->emulation_failure.insn_bytes)) size = sizeof(run->emulation_failure.insn_bytes);
  memcpy(bytes, run->emulation_failure.insn_bytes, size);
  return size;
}
