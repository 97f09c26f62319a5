import Basics

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
