import Basics

/// The Root System Description Pointer, revision 2: where the guest starts to read.
///
/// Source: ACPI 6.5, 5.2.5.3.
package enum RSDP {
  private static let signature = 0..<8
  private static let checksum = Field<UInt8>("checksum", at: 8)
  package static let oemID = 9..<15
  private static let revision = Field<UInt8>("revision", at: 15)
  private static let length = Field<UInt32>("length", at: 20)
  private static let xsdt = Field<UInt64>("XSDT address", at: 24)
  private static let extendedChecksum = Field<UInt8>("extended checksum", at: 32)

  /// The structure that points at the XSDT at `address`; it names no RSDT.
  package static func bytes(xsdt address: UInt64) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 36)
    block.replaceSubrange(signature, with: "RSD PTR ".utf8)
    block.replaceSubrange(oemID, with: SystemTable.oem)
    block[revision] = 2
    block[length] = UInt32(block.count)
    block[xsdt] = address
    block[checksum] = SystemTable.complement(of: block[..<20])
    block[extendedChecksum] = SystemTable.complement(of: block[...])
    return block
  }
}
