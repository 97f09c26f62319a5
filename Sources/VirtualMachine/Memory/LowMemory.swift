import Basics
package import Firmware

/// The places of the structures that a booting PC finds below 1 MiB and in the hole below 4 GiB.
enum LowMemory {
  /// The address and the two bytes with which a PC's operating system tells the BIOS to skip its memory test.
  static let warmStartFlag: UInt64 = 0x472
  static let warmStart: [UInt8] = [0x34, 0x12]
  static let globalDescriptorTable: UInt64 = 0x500
  /// Ten pages: one for each of the first two levels, eight for the third.
  static let pageTables: UInt64 = 0x1_0000
  static let bootParameters: UInt64 = 0x2_0000
  static let commandLine: UInt64 = 0x3_0000
  /// The end of what a PC calls conventional memory.
  static let conventionalEnd: UInt64 = 0x9_fc00
  /// The area of the RSDP and the reset vector.
  static let firmware: Range<UInt64> = 0xe_0000..<0x10_0000
  static let resetVector: UInt64 = 0xf_fff0
  static let end: UInt64 = 0x10_0000

  /// Four pages without memory that Intel hosts need to run real mode; QEMU uses the same place.
  static let realModeHelpers: Range<UInt64> = 0xfeff_c000..<0xff00_0000

  /// The ranges that the guest must not use.
  static let reserved: [Range<UInt64>] = [
    firmware, GuestPlatform.firmwareMemory, GuestPlatform.flushHints, realModeHelpers,
  ]
}

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

  /// Returns the map of a guest with `ram`. Persistent memory is not listed: the guest learns of it from the NFIT.
  static func map(ram: borrowing GuestRAM) -> [E820Entry] {
    // Between 640 KiB and 1 MiB a PC has no usable RAM.
    let low = E820Entry(range: 0..<LowMemory.conventionalEnd, kind: .usable)
    let main = E820Entry(range: LowMemory.end..<ram.lowEnd, kind: .usable)
    let high = ram.parts.dropFirst().map { E820Entry(range: $0.range, kind: .usable) }
    let reserved = LowMemory.reserved.map { E820Entry(range: $0, kind: .reserved) }
    return ([low, main] + high + reserved).sorted { $0.range.lowerBound < $1.range.lowerBound }
  }
}

/// The division of RAM and CPUs among the guest's nodes.
package struct NUMALayout: Sendable {
  /// The node of each CPU.
  package let processors: [UInt32]
  /// The bytes of RAM of each node, which lie one after the other.
  package let memory: [UInt64]

  package init(processors: [UInt32], memory: [UInt64] = []) {
    self.processors = processors
    self.memory = memory
  }

  /// Splits `ranges`, the guest's RAM, into parts that each belong to one node.
  package func parts(of ranges: [Range<UInt64>]) -> [MemoryRange] {
    var parts: [MemoryRange] = []
    var left = memory.isEmpty ? [UInt64.max] : memory
    var node = 0
    for range in ranges {
      var start = range.lowerBound
      while start < range.upperBound {
        while node < left.count - 1, left[node] == 0 { node += 1 }
        // The last node gets the remainder.
        let length = node == left.count - 1 ? range.upperBound - start : min(left[node], range.upperBound - start)
        parts.append(MemoryRange(base: start, length: length, node: UInt32(node)))
        start += length
        left[node] -= min(left[node], length)
      }
    }
    return parts
  }
}
