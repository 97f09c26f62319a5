/// An NVDIMM as the guest's firmware tables describe it.
package struct NVDIMMDescription: Sendable, Equatable {
  /// From 0; handle, indices and serial number of the device follow from it.
  package let slot: Int
  /// The system physical address of the region.
  package let base: UInt64
  /// The bytes of the region: what the guest sees, without the label area.
  package let length: UInt64
  /// The proximity domain.
  package let node: UInt32
  /// Writes may not survive a power failure.
  package let isUnarmed: Bool
  /// Where the guest writes to have its earlier writes made durable; nil where nothing listens.
  package let flushHint: UInt64?

  package init(
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
  package var handle: UInt32 { Self.handle(slot: slot) }
  package static func handle(slot: Int) -> UInt32 { UInt32(slot) + 1 }

  /// The serial number of the device.
  package static func serialNumber(slot: Int) -> UInt32 { InterleaveSetMember(virtualSlot: slot).serialNumber }
}
