package import Basics

/// A table that starts with the System Description Table Header.
///
/// Source: ACPI 6.5, 5.2.6.
package enum SystemTable {
  package static let signature = 0..<4
  package static let length = Field<UInt32>("length", at: 4)
  package static let revision = Field<UInt8>("revision", at: 8)
  package static let checksum = Field<UInt8>("checksum", at: 9)
  package static let oemID = 10..<16
  package static let oemTableID = 16..<24
  package static let oemRevision = Field<UInt32>("OEM revision", at: 24)
  package static let creatorID = 28..<32
  package static let creatorRevision = Field<UInt32>("creator revision", at: 32)
  package static let headerSize = 36

  /// The OEM id in every table, six characters.
  static let oem = [UInt8]("VNVDMM".utf8)
  /// The creator id in every table, four characters.
  static let creator = [UInt8]("VNVD".utf8)

  /// Makes the table with the four-character `signature` and the contents `body` after the header.
  ///
  /// Its OEM table id consists of our name and the signature.
  package static func bytes(signature name: StaticString, revision: UInt8, body: [UInt8]) -> [UInt8] {
    let name = [UInt8](name.description.utf8)
    var table = [UInt8](repeating: 0, count: headerSize) + body
    table.replaceSubrange(signature, with: name)
    table[length] = UInt32(table.count)
    table[Self.revision] = revision
    table.replaceSubrange(oemID, with: oem)
    table.replaceSubrange(oemTableID, with: creator + name)
    table[oemRevision] = 1
    table.replaceSubrange(creatorID, with: creator)
    table[creatorRevision] = 1
    table[checksum] = complement(of: table[...])
    return table
  }

  /// Returns the byte that makes the sum of `bytes` zero.
  static func complement(of bytes: ArraySlice<UInt8>) -> UInt8 { 0 &- bytes.reduce(0, &+) }
}

/// The Extended System Description Table: the addresses of the other tables.
///
/// Source: ACPI 6.5, 5.2.8.
enum XSDT {
  static func bytes(tables addresses: [UInt64]) -> [UInt8] {
    var body: [UInt8] = []
    for address in addresses { body.append(littleEndian: address) }
    return SystemTable.bytes(signature: "XSDT", revision: 1, body: body)
  }
}

/// The Root System Description Pointer, revision 2, from which the guest finds all tables.
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

  /// Returns the structure that points to the XSDT at `address`; it has no RSDT.
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
