/// Integer constants in their shortest encoding.
///
/// Source: ACPI 6.5, 20.2.3 (ComputationalData: ZeroOp, OneOp, ByteConst, WordConst, DWordConst, QWordConst).
extension UInt64: AML.Term {
  package var encoded: [UInt8] {
    switch self {
    case 0...1: [UInt8(self)]
    case ...0xFF: [0x0A] + bytes(1)
    case ...0xFFFF: [0x0B] + bytes(2)
    case ...0xFFFF_FFFF: [0x0C] + bytes(4)
    case .max: [0xFF]
    default: [0x0E] + bytes(8)
    }
  }

  private func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: self >> (8 * UInt64($0))) }
  }
}

extension Int: AML.Term {
  package var encoded: [UInt8] { UInt64(bitPattern: Int64(self)).encoded }
}
