import Basics

/// The memory that a guest starts with, and the room for what is plugged into it: `-m`.
package struct MemoryConfiguration: Equatable, Sendable {
  /// Bytes of RAM.
  package var size: UInt64
  /// Memory devices that can be plugged, those present at start included.
  package var slots: UInt64
  /// RAM and all memory devices together, in bytes; nil where no room for devices is configured.
  package var maximum: UInt64?

  /// QEMU's RAM where `-m` says nothing.
  package static let defaultSize: UInt64 = 128 << 20

  package init(size: UInt64 = defaultSize, slots: UInt64 = 0, maximum: UInt64? = nil) {
    self.size = size
    self.slots = slots
    self.maximum = maximum
  }
}

extension MemoryConfiguration {
  /// What RAM is a multiple of: QEMU rounds it up. Source: QEMU `machine_set_mem`.
  private static let unit: UInt64 = 8 << 10

  /// Takes over what one `-m` says. A number without a suffix is in MiB for the size and in bytes for the maximum.
  mutating func merge(_ reader: inout PropertyReader) throws(ConfigurationError) {
    if let bytes = try reader.size("size", unit: "M"), bytes != 0 {
      guard let rounded = bytes.alignedUp(to: Self.unit) else { throw reader.failure(.ramTooLarge) }
      size = rounded
    }
    if let count: UInt64 = try reader.integer("slots") { slots = count }
    if let bytes = try reader.size("maxmem") { maximum = bytes }
  }

  /// Checks what all `-m` together say; `argument` is the last of them. Slots that nobody mentioned need no maximum.
  func check(_ argument: String, areSlotsGiven: Bool) throws(ConfigurationError) {
    do {
      try MemoryDevicePlacement.check(ram: size, slots: areSlotsGiven ? slots : nil, maximum: maximum)
    } catch {
      throw ConfigurationError(argument, .memory(error))
    }
  }
}
