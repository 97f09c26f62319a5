package import CKVM
import Storage
import SystemPackage

/// A virtual CPU, run by one thread.
package struct KVMCPU: ~Copyable {
  private let descriptor: OwnedDescriptor
  private let runArea: MemoryMapping

  init(descriptor: consuming OwnedDescriptor, runArea: consuming MemoryMapping) {
    self.descriptor = descriptor
    self.runArea = runArea
  }

  /// Safe to dereference while the CPU lives: the mapping holds a whole `kvm_run`, which KVM laid out.
  private var area: UnsafeMutablePointer<kvm_run> {
    unsafe runArea.base.assumingMemoryBound(to: kvm_run.self)
  }

  /// Runs the guest until an exit needs handling.
  package mutating func run() throws(KVMError) -> KVMExit {
    let result = ckvm_run(descriptor.rawValue)
    if result < 0 {
      switch Errno(rawValue: -result) {
      case .interrupted, .resourceTemporarilyUnavailable: return .interrupted
      case let error: throw .call("KVM_RUN", error)
      }
    }
    // Safe: see `area`; each case reads the member of the union that belongs to its exit reason.
    let state = unsafe area
    switch unsafe Int32(bitPattern: state.pointee.exit_reason) {
    case KVM_EXIT_IO:
      let io = unsafe state.pointee.io
      let access = PortAccess(
        port: io.port, width: Int(io.size), count: Int(io.count), dataOffset: Int(clamping: io.data_offset))
      return Int32(io.direction) == KVM_EXIT_IO_OUT ? .portWrite(access) : .portRead(access)
    case KVM_EXIT_MMIO:
      let mmio = unsafe state.pointee.mmio
      let width = Int(mmio.len)
      guard mmio.is_write != 0 else { return .memoryRead(address: mmio.phys_addr, width: width) }
      let value = unsafe UInt64(
        littleEndian: withUnsafeBytes(of: mmio.data) { unsafe $0.loadUnaligned(as: UInt64.self) })
      return .memoryWrite(address: mmio.phys_addr, width: width, value: value & KVMCPU.mask(ofBytes: width))
    case KVM_EXIT_HLT: return .halted
    case KVM_EXIT_SHUTDOWN: return .shutdown
    case KVM_EXIT_INTR, KVM_EXIT_IRQ_WINDOW_OPEN: return .interrupted
    case KVM_EXIT_SYSTEM_EVENT: return unsafe .systemEvent(state.pointee.system_event.type)
    case KVM_EXIT_FAIL_ENTRY: return unsafe .entryFailed(reason: state.pointee.fail_entry.hardware_entry_failure_reason)
    case KVM_EXIT_DEBUG: return .stepped
    case KVM_EXIT_INTERNAL_ERROR: return unsafe .internalError(suberror: state.pointee.internal.suberror)
    default: return unsafe .unexpected(reason: state.pointee.exit_reason)
    }
  }

  /// Returns the value that the guest wrote as item `index` of `access`.
  package func value(of access: PortAccess, at index: Int = 0) -> UInt32 {
    guard let place = unsafe place(of: access, at: index) else { return 0 }
    // Safe: `place` lies within the run area.
    switch access.width {
    case 1: return unsafe UInt32(place.load(as: UInt8.self))
    case 2: return unsafe UInt32(UInt16(littleEndian: place.loadUnaligned(as: UInt16.self)))
    default: return unsafe UInt32(littleEndian: place.loadUnaligned(as: UInt32.self))
    }
  }

  /// Answers item `index` of the read `access` with `value`.
  package mutating func answer(_ access: PortAccess, at index: Int = 0, with value: UInt32) {
    guard let place = unsafe place(of: access, at: index) else { return }
    // Safe: `place` lies within the run area.
    switch access.width {
    case 1: unsafe place.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
    case 2: unsafe place.storeBytes(of: UInt16(truncatingIfNeeded: value).littleEndian, as: UInt16.self)
    default: unsafe place.storeBytes(of: value.littleEndian, as: UInt32.self)
    }
  }

  /// Returns the place of item `index` of `access`; `nil` if the kernel gave one outside the run area.
  private func place(of access: PortAccess, at index: Int) -> UnsafeMutableRawPointer? {
    let offset = access.dataOffset + index * access.width
    guard access.dataOffset >= 0, access.dataOffset <= runArea.size, (0..<access.count).contains(index),
      offset <= runArea.size - access.width
    else { return nil }
    return unsafe runArea.base + offset
  }

  /// Answers a `memoryRead` with `value`.
  package mutating func answerMemoryRead(with value: UInt64) {
    unsafe ckvm_answer_memory_read(area, value)
  }

  /// Lets `run` enter the guest again after a requested exit.
  package mutating func forgetExitRequest() { unsafe ckvm_forget_exit_request(area) }

  /// A handle with which other threads make `run` return. It must not be used after the CPU has been released.
  package var exitRequest: KVMExitRequest { unsafe KVMExitRequest(area: area) }

  private static func mask(ofBytes width: Int) -> UInt64 { width >= 8 ? .max : (1 << UInt64(width * 8)) - 1 }
}

/// Makes one CPU return from `run`, now or when it is next called.
@safe package struct KVMExitRequest: @unchecked Sendable {
  fileprivate let area: UnsafeMutablePointer<kvm_run>

  /// Requests the exit. A thread that is in `run` also needs a signal to leave the guest at once.
  package func send() { unsafe ckvm_request_exit(area) }
}

extension KVMCPU {
  package func registers() throws(KVMError) -> kvm_regs {
    var registers = kvm_regs()
    _ = try checked("KVM_GET_REGS", unsafe ckvm_get_regs(descriptor.rawValue, &registers))
    return registers
  }

  package mutating func setRegisters(_ registers: kvm_regs) throws(KVMError) {
    var registers = registers
    _ = try checked("KVM_SET_REGS", unsafe ckvm_set_regs(descriptor.rawValue, &registers))
  }

  package func specialRegisters() throws(KVMError) -> kvm_sregs {
    var registers = kvm_sregs()
    _ = try checked("KVM_GET_SREGS", unsafe ckvm_get_sregs(descriptor.rawValue, &registers))
    return registers
  }

  package mutating func setSpecialRegisters(_ registers: kvm_sregs) throws(KVMError) {
    var registers = registers
    _ = try checked("KVM_SET_SREGS", unsafe ckvm_set_sregs(descriptor.rawValue, &registers))
  }

  /// Gives the guest the processor that `table` describes.
  package mutating func setCPUID(_ table: CPUIDTable) throws(KVMError) {
    var entries = table.entries
    // Safe: the call reads `count` entries of the array and keeps no pointer to it.
    let result = unsafe entries.withUnsafeMutableBufferPointer { buffer in
      unsafe ckvm_set_cpuid(descriptor.rawValue, buffer.baseAddress!, UInt32(buffer.count))
    }
    _ = try checked("KVM_SET_CPUID2", result)
  }

  /// Enables machine checks from which the guest can recover, if KVM supports them.
  mutating func setUpMachineChecks() throws(KVMError) {
    guard ckvm_set_up_machine_checks(descriptor.rawValue) == 1 else { return }
    // IA32_FEATURE_CONTROL, as firmware leaves it: locked, virtualisation enabled, machine checks for one CPU enabled.
    // KVM refuses the second for a processor without it.
    let (locked, virtualisation, localChecks) = (UInt64(1), UInt64(1) << 2, UInt64(1) << 20)
    do throws(KVMError) { try setMSR(0x3a, locked | virtualisation | localChecks) } catch {
      try? setMSR(0x3a, locked | localChecks)
    }
  }

  /// Whether the guest has enabled machine checks (CR4.MCE). One that has not would not survive any.
  func takesMachineChecks() throws(KVMError) -> Bool { try specialRegisters().cr4 & 1 << 6 != 0 }

  /// Raises `check`. Returns false, and does nothing, if the guest has disabled reports from its bank.
  mutating func raise(_ check: MachineCheck) throws(KVMError) -> Bool {
    var check = kvm_x86_mce(check)
    return try checked("KVM_X86_SET_MCE", unsafe ckvm_raise_machine_check(descriptor.rawValue, &check)) != 0
  }

  /// Returns the CPU, which exited by a `memoryRead`, to the start of the instruction that reads.
  ///
  /// KVM must be let to complete the instruction first; one that repeats is limited to the current repetition, which the
  /// registers count in RCX. What it writes to memory is a byte that would have been read next, or lost.
  mutating func abandonRead() throws(KVMError) {
    let start = try registers()
    var last = start
    last.rcx = 1
    try setRegisters(last)
    // A wide access comes in several exits.
    for _ in 0..<Self.mostParts {
      answerMemoryRead(with: .max)
      exitRequest.send()
      guard try run() != .interrupted else { break }
    }
    try setRegisters(start)
  }

  /// The number of exits by which one instruction accesses memory is less: the largest access is that of FXSAVE.
  private static let mostParts = 128

  /// Makes `run` execute one instruction, without interruptions, or run on.
  mutating func step(once: Bool) throws(KVMError) {
    _ = try checked("KVM_SET_GUEST_DEBUG", ckvm_step(descriptor.rawValue, once))
  }

  /// The instruction that KVM could not emulate, according to its exit, and perhaps bytes behind it.
  var failedInstruction: [UInt8] {
    // Safe: see `area`; the array has the room that the call needs.
    unsafe [UInt8](unsafeUninitializedCapacity: 15) { buffer, filled in
      guard let start = buffer.baseAddress else { return }
      filled = Int(unsafe ckvm_failed_instruction(area, start))
    }
  }

  /// Sets a model-specific register.
  package mutating func setMSR(_ index: UInt32, _ value: UInt64) throws(KVMError) {
    _ = try checked("KVM_SET_MSRS", ckvm_set_msr(descriptor.rawValue, index, value))
  }
}
