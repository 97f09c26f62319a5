package import Basics
import PersistentMemory

/// The System Resource Affinity Table: the node of each vCPU and of each range of memory.
///
/// NVDIMMs that are plugged at start are listed as non-volatile. The whole window for memory devices follows as
/// hot-pluggable, as in QEMU.
///
/// Source: ACPI 6.5, 5.2.16.
package enum SRAT {
  /// Type 1, Memory Affinity Structure (ACPI 6.5, 5.2.16.2).
  package enum MemoryField {
    package static let node = Field<UInt32>("proximity domain", at: 2)
    package static let base = Field<UInt64>("base address", at: 8)
    package static let length = Field<UInt64>("length", at: 16)
    package static let flags = Field<UInt32>("flags", at: 28)
    package static let size = 40
  }

  private static let enabled: UInt32 = 1 << 0
  private static let hotPluggable: UInt32 = 1 << 1
  private static let nonVolatile: UInt32 = 1 << 2

  static func bytes(machine: ACPIMachine) -> [UInt8] {
    var body: [UInt8] = []
    // A reserved field that must be 1, and eight reserved bytes.
    body.append(littleEndian: UInt32(1))
    body.append(littleEndian: UInt64(0))
    for (id, node) in machine.processorNodes.enumerated() { body += processor(id, node: node) }
    for range in machine.ram.flatMap(outsideLegacyHole) { body += memory(range, flags: enabled) }
    for dimm in machine.dimms.sorted(by: { $0.slot < $1.slot }) {
      let range = MemoryRange(base: dimm.base, length: dimm.length, node: dimm.node)
      body += memory(range, flags: enabled | nonVolatile)
    }
    if let window = machine.deviceMemory { body += memory(window, flags: enabled | hotPluggable) }
    return SystemTable.bytes(signature: "SRAT", revision: 3, body: body)
  }

  /// Type 0, or type 2 if the APIC id does not fit: the affinity of a vCPU.
  private static func processor(_ id: Int, node: UInt32) -> [UInt8] {
    if id < MADT.firstExtendedID {
      let parts = (0..<4).map { UInt8(truncatingIfNeeded: node >> (8 * $0)) }
      var entry: [UInt8] = [0, 16, parts[0], UInt8(id)]
      entry.append(littleEndian: enabled)
      return entry + [0] + parts[1...] + [0, 0, 0, 0]
    }
    var entry: [UInt8] = [2, 24, 0, 0]
    entry.append(littleEndian: node)
    entry.append(littleEndian: UInt32(id))
    entry.append(littleEndian: enabled)
    return entry + [UInt8](repeating: 0, count: 8)
  }

  /// Returns `range` without the hole below 1 MiB, in as many parts as remain.
  private static func outsideLegacyHole(_ range: MemoryRange) -> [MemoryRange] {
    let hole = GuestPlatform.legacyHole
    let end = range.base + range.length
    let parts = [
      (range.base, min(end, hole.lowerBound)), (max(range.base, hole.upperBound), end),
    ]
    return parts.filter { $0.0 < $0.1 }.map { MemoryRange(base: $0.0, length: $0.1 - $0.0, node: range.node) }
  }

  private static func memory(_ range: MemoryRange, flags: UInt32) -> [UInt8] {
    var entry = [UInt8](repeating: 0, count: MemoryField.size)
    entry[0] = 1
    entry[1] = UInt8(entry.count)
    entry[MemoryField.node] = range.node
    entry[MemoryField.base] = range.base
    entry[MemoryField.length] = range.length
    entry[MemoryField.flags] = flags
    return entry
  }
}
