/// An NVDIMM as the guest's firmware tables describe it.
public struct NVDIMMDescription: Sendable, Equatable {
  /// The DIMM slot, from 0; handle, indices and serial number of the device follow from it.
  public let slot: Int
  /// The system physical address of the region.
  public let base: UInt64
  /// The bytes of the region: what the guest sees, without the label area.
  public let length: UInt64
  /// The proximity domain.
  public let node: UInt32
  /// Whether writes may be lost in a power failure.
  public let isUnarmed: Bool
  /// Where the guest writes to have its earlier writes made durable; nil where nothing listens.
  public let flushHint: UInt64?

  /// A DIMM in DIMM slot `slot` whose region of `length` bytes the guest finds at the address `base`.
  ///
  /// `slot` must not be negative, and `length` not 0.
  public init(
    slot: Int, base: UInt64, length: UInt64, node: UInt32 = 0, isUnarmed: Bool = false, flushHint: UInt64? = nil
  ) {
    self.slot = slot
    self.base = base
    self.length = length
    self.node = node
    self.isUnarmed = isUnarmed
    self.flushHint = flushHint
  }

  /// The NFIT device handle, which is also the `_ADR` of the device: never 0, which is the root.
  public var handle: UInt32 { Self.handle(slot: slot) }
  package static func handle(slot: Int) -> UInt32 { UInt32(slot) + 1 }

  /// The serial number of the device.
  package static func serialNumber(slot: Int) -> UInt32 { InterleaveSetMember(virtualSlot: slot).serialNumber }
}

/// From where on the platform itself carries a write to the media when power fails.
///
/// The names are those of QEMU's `nvdimm-persistence=`.
public enum PersistenceDomain: String, Sendable, CaseIterable {
  /// From the CPU's caches on.
  case cpu
  /// From the memory controller on: the guest flushes its caches.
  case memoryController = "mem-ctrl"

  /// The bits of the platform capabilities structure (ACPI 6.5, table 5.143): bit 0 the CPU's caches,
  /// bit 1 the memory controller.
  package var capabilities: UInt32 { self == .cpu ? 0b11 : 0b10 }
}
