import CKVM
package import Storage
import Synchronization
import SystemPackage

/// A virtual machine: its memory slots, its interrupt controllers, and the maker of its CPUs.
///
/// Any thread may make any call. Memory that a slot maps must outlive the machine.
package struct KVMMachine: ~Copyable, Sendable {
  private let descriptor: OwnedDescriptor
  private let runAreaSize: Int

  init(descriptor: consuming OwnedDescriptor, runAreaSize: Int) {
    self.descriptor = descriptor
    self.runAreaSize = runAreaSize
  }

  /// Creates local APICs, I/O APIC and PIC in the kernel.
  ///
  /// `reserved` is the start of four pages of guest-physical address space, below 4 GiB and without memory, that Intel
  /// hosts use to run real mode. To be called before the first CPU is made.
  package func createInterruptControllers(reserved: UInt64) throws(KVMError) {
    _ = try checked(
      "KVM_SET_IDENTITY_MAP_ADDR", ckvm_set_identity_map_address(descriptor.rawValue, reserved))
    _ = try checked("KVM_SET_TSS_ADDR", ckvm_set_tss_address(descriptor.rawValue, reserved + 0x1000))
    _ = try checked("KVM_CREATE_IRQCHIP", ckvm_create_irqchip(descriptor.rawValue))
  }

  /// Maps the bytes of `mapping` from `offset` on at the guest's `address`, as the memory slot `slot`.
  ///
  /// All values are multiples of the page size, and `offset + size` is at most the size of the mapping. With
  /// `notesWrites`, `writtenPages` returns the pages that the guest writes.
  package func setMemory(
    slot: UInt32, address: UInt64, mapping: borrowing MemoryMapping, offset: Int = 0, size: Int, readOnly: Bool = false,
    notesWrites: Bool = false
  ) throws(KVMError) {
    precondition(offset >= 0 && size >= 0 && offset <= mapping.size && size <= mapping.size - offset)
    // Safe: the range lies within the mapping, as checked; the caller guarantees that the mapping outlives the machine.
    let hostAddress = unsafe UInt64(UInt(bitPattern: mapping.base + offset))
    let flags = (readOnly ? UInt32(KVM_MEM_READONLY) : 0) | (notesWrites ? UInt32(KVM_MEM_LOG_DIRTY_PAGES) : 0)
    var region = kvm_userspace_memory_region(
      slot: slot, flags: flags, guest_phys_addr: address, memory_size: UInt64(size), userspace_addr: hostAddress)
    _ = try checked(
      "KVM_SET_USER_MEMORY_REGION", unsafe ckvm_set_memory_region(descriptor.rawValue, &region))
  }

  /// Returns the pages of the memory slot `slot`, of `size` bytes, that the guest has written since the last call: one
  /// bit per page, page 0 in bit 0 of the first word.
  func writtenPages(slot: UInt32, size: Int) throws(KVMError) -> [UInt64] {
    var pages = [UInt64](repeating: 0, count: (size / MemoryMapping.pageSize + 63) / 64)
    // Safe: there are words for all pages of the slot, up to the next multiple of 64, which KVM fills.
    _ = try checked("KVM_GET_DIRTY_LOG", unsafe ckvm_take_dirty_pages(descriptor.rawValue, slot, &pages))
    return pages
  }

  /// Makes CPUs exit with an internal error where KVM cannot emulate an instruction, also one of a guest's program.
  /// Returns false if KVM cannot do that, or cannot execute a single instruction.
  func exitOnEmulationFailure() -> Bool { ckvm_exit_on_emulation_failure(descriptor.rawValue) >= 0 }

  /// The number of memory slots that there can be.
  func memorySlotLimit() throws(KVMError) -> UInt32 {
    UInt32(try checked("KVM_CHECK_EXTENSION", ckvm_memory_slot_limit(descriptor.rawValue)))
  }

  /// Drives the interrupt line `gsi`.
  package func setInterrupt(_ gsi: UInt32, active: Bool) throws(KVMError) {
    _ = try checked("KVM_IRQ_LINE", ckvm_irq_line(descriptor.rawValue, gsi, active ? 1 : 0))
  }

  /// Makes the CPU with APIC id `id`.
  package func makeCPU(id: UInt32) throws(KVMError) -> KVMCPU {
    let cpu = OwnedDescriptor(owning: try checked("KVM_CREATE_VCPU", ckvm_create_vcpu(descriptor.rawValue, id)))
    let area: MemoryMapping
    do throws(Errno) {
      area = try MemoryMapping(file: cpu.descriptor, size: runAreaSize, shared: true)
    } catch { throw .call("mmap of the run area", error) }
    return KVMCPU(descriptor: cpu, runArea: area)
  }
}

/// A virtual machine that devices and threads share.
final class OwnedMachine: Sendable {
  let machine: KVMMachine
  init(_ machine: consuming KVMMachine) { self.machine = machine }
}

/// A virtual machine that KVM creates on a separate thread.
///
/// Linux moves a kernel thread of the machine into the cgroups of its creator and waits some milliseconds for an RCU
/// grace period; meanwhile other things can be prepared.
final class MachineCreation: Sendable {
  private let thread: JoinableThread
  private let result: Result

  private final class Result: Sendable {
    let descriptor = Mutex<Int32?>(nil)
  }

  /// Starts the creation through the open `/dev/kvm` with descriptor `device`; `nil` if no thread can be started.
  init?(_ device: Int32) {
    let result = Result()
    let made = try? JoinableThread(name: "kvm-create") {
      let descriptor = ckvm_create_vm(device)
      result.descriptor.withLock { $0 = descriptor }
    }
    guard let made else { return nil }
    thread = made
    self.result = result
  }

  /// Waits for the machine. Returns its descriptor, which the caller then owns, or the negative errno. To be called
  /// once.
  func finish() -> Int32 {
    thread.join()
    return result.descriptor.withLock { $0 } ?? -1
  }
}
