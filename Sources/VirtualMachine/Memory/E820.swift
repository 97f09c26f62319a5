import Basics

/// One entry of the memory map that a PC's firmware hands to the operating system.
///
/// Source: ACPI 6.5, 15 (System Address Map Interfaces); Linux Documentation/x86/boot.rst.
struct E820Entry: Equatable, Sendable {
  enum Kind: UInt32, Sendable {
    case usable = 1
    case reserved = 2
  }

  let range: Range<UInt64>
  let kind: Kind

  /// Twenty bytes: base, length, type.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: range.lowerBound)
    bytes.append(littleEndian: UInt64(range.count))
    bytes.append(littleEndian: kind.rawValue)
    return bytes
  }

  /// The map of a guest with `ram`. Persistent memory is not listed: the guest learns of it from the NFIT.
  static func map(ram: borrowing GuestRAM) -> [E820Entry] {
    // Between 640 KiB and 1 MiB a PC has no RAM that anybody may use.
    let low = E820Entry(range: 0..<LowMemory.conventionalEnd, kind: .usable)
    let main = E820Entry(range: LowMemory.end..<ram.lowEnd, kind: .usable)
    let high = ram.parts.dropFirst().map { E820Entry(range: $0.range, kind: .usable) }
    let reserved = LowMemory.reserved.map { E820Entry(range: $0, kind: .reserved) }
    return ([low, main] + high + reserved).sorted { $0.range.lowerBound < $1.range.lowerBound }
  }
}
