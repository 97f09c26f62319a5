/// Why a CPU stopped running its guest.
package enum KVMExit: Equatable, Sendable {
  /// The guest wrote to an I/O port; `KVMCPU.value(of:at:)` tells what.
  case portWrite(PortAccess)
  /// The guest reads an I/O port; `KVMCPU.answer(_:at:with:)` says what it gets.
  case portRead(PortAccess)
  /// The guest wrote the low `width` bytes of `value` to an address without memory.
  case memoryWrite(address: UInt64, width: Int, value: UInt64)
  /// The guest reads `width` bytes at an address without memory; `KVMCPU.answerMemoryRead` says what it gets.
  case memoryRead(address: UInt64, width: Int)
  /// The guest halted; never with interrupt controllers in the kernel.
  case halted
  /// Triple fault.
  case shutdown
  /// A signal arrived for the thread, or an exit was requested.
  case interrupted
  /// `KVM_EXIT_SYSTEM_EVENT`.
  case systemEvent(UInt32)
  /// The processor refused the guest's state.
  case entryFailed(reason: UInt64)
  /// KVM gave up, mostly over an instruction that it cannot emulate.
  case internalError(suberror: UInt32)
  /// An exit that this module did not ask for.
  case unexpected(reason: UInt32)
}

/// One access to an I/O port, or several by a string instruction.
package struct PortAccess: Equatable, Sendable {
  package let port: UInt16
  /// Bytes of each item: 1, 2 or 4.
  package let width: Int
  /// Items: more than one only for `rep ins` and `rep outs`.
  package let count: Int
  /// Where the items lie in the run area.
  let dataOffset: Int
}
