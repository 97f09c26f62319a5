import Basics

/// The Multiple APIC Description Table: the local APIC of every vCPU and one I/O APIC.
///
/// Source: ACPI 6.5, 5.2.12.
enum MADT {
  /// The first APIC id that does not fit into the one byte of a local APIC; 255 is the broadcast id.
  static let firstExtendedID = 255

  /// Returns the table for vCPUs with the APIC ids `0..<processors`.
  static func bytes(processors: Int) -> [UInt8] {
    var body: [UInt8] = []
    body.append(littleEndian: GuestPlatform.localAPICAddress)
    // No flag: there is no pair of 8259 PICs to disable.
    body.append(littleEndian: UInt32(0))
    for id in 0..<processors { body += id < firstExtendedID ? localAPIC(id) : localX2APIC(id) }
    return SystemTable.bytes(signature: "APIC", revision: 5, body: body + ioAPIC)
  }

  private static let enabled: UInt32 = 1

  /// Type 0: processor uid, APIC id, flags.
  private static func localAPIC(_ id: Int) -> [UInt8] {
    var entry: [UInt8] = [0, 8, UInt8(id), UInt8(id)]
    entry.append(littleEndian: enabled)
    return entry
  }

  /// Type 9: x2APIC id, flags, processor uid.
  private static func localX2APIC(_ id: Int) -> [UInt8] {
    var entry: [UInt8] = [9, 16, 0, 0]
    entry.append(littleEndian: UInt32(id))
    entry.append(littleEndian: enabled)
    entry.append(littleEndian: UInt32(id))
    return entry
  }

  /// Type 1: id 0, its address, and the first global system interrupt, 0.
  private static var ioAPIC: [UInt8] {
    var entry: [UInt8] = [1, 12, 0, 0]
    entry.append(littleEndian: GuestPlatform.ioAPICAddress)
    entry.append(littleEndian: UInt32(0))
    return entry
  }
}
