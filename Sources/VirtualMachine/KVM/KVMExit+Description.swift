extension KVMExit: CustomStringConvertible {
  /// For whoever looks for a fault: `write of 1 byte to port 0x3f8`.
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
