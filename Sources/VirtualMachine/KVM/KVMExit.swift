/// Why a CPU stopped running its guest.
package enum KVMExit: Equatable, Sendable {
  /// The guest wrote to an I/O port; `KVMCPU.value(of:at:)` returns the value.
  case portWrite(PortAccess)
  /// The guest reads an I/O port; `KVMCPU.answer(_:at:with:)` supplies the value.
  case portRead(PortAccess)
  /// The guest wrote the low `width` bytes of `value` to an address without memory.
  case memoryWrite(address: UInt64, width: Int, value: UInt64)
  /// The guest reads `width` bytes at an address without memory; `KVMCPU.answerMemoryRead` supplies them.
  case memoryRead(address: UInt64, width: Int)
  /// The guest halted; this never happens with interrupt controllers in the kernel.
  case halted
  /// Triple fault.
  case shutdown
  /// A signal arrived for the thread, or an exit was requested.
  case interrupted
  /// `KVM_EXIT_SYSTEM_EVENT`.
  case systemEvent(UInt32)
  /// The processor refused the guest's state.
  case entryFailed(reason: UInt64)
  /// The one instruction that was to be executed is.
  case stepped
  /// KVM gave up, usually on an instruction that it cannot emulate.
  case internalError(suberror: UInt32)
  /// An exit that this module does not expect.
  case unexpected(reason: UInt32)
}

/// An access to an I/O port, or several by a string instruction.
package struct PortAccess: Equatable, Sendable {
  package let port: UInt16
  /// The size of each item in bytes: 1, 2 or 4.
  package let width: Int
  /// The number of items: more than one only for `rep ins` and `rep outs`.
  package let count: Int
  /// The offset of the items in the run area.
  let dataOffset: Int
}

extension KVMExit: CustomStringConvertible {
  /// A text for debugging, such as `write of 1 byte to port 0x3f8`.
  package var description: String {
    switch self {
    case .portWrite(let access): "write of \(access.amount) to port \(Self.hex(access.port))"
    case .portRead(let access): "read of \(access.amount) from port \(Self.hex(access.port))"
    case .memoryWrite(let address, let width, let value):
      "write of \(Self.bytes(width)), \(Self.hex(value)), to \(Self.hex(address))"
    case .memoryRead(let address, let width): "read of \(Self.bytes(width)) from \(Self.hex(address))"
    case .halted: "halt"
    case .shutdown: "triple fault"
    case .interrupted: "interruption"
    case .systemEvent(let type): "system event \(type)"
    case .entryFailed(let reason): "the processor refuses to enter the guest, reason \(Self.hex(reason))"
    case .stepped: "execution of one instruction"
    case .internalError(let suberror): "internal error \(suberror) of KVM"
    case .unexpected(let reason): "exit \(reason) of KVM"
    }
  }

  fileprivate static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }

  private static func hex(_ value: some BinaryInteger) -> String { "0x\(String(value, radix: 16))" }
}

extension PortAccess {
  fileprivate var amount: String {
    count == 1 ? KVMExit.bytes(width) : "\(count) times \(KVMExit.bytes(width))"
  }
}
