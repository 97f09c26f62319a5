/// Where the index blocks and label slots of an area lie: a matter of the area's size and the label size alone.
///
/// Source: Linux drivers/nvdimm/label.c, `nvdimm_num_label_slots` and `sizeof_namespace_index`; ndctl uses the same.
package struct LabelGeometry: Hashable, Sendable {
  /// Bytes of the whole area.
  package let areaSize: Int
  /// Bytes of one label: 128 or 256.
  package let labelSize: Int
  /// Bytes of one index block.
  package let indexSize: Int
  /// Slots that a writer with these formulas lays out. An index block may name fewer.
  package let slotCount: Int

  /// The label sizes, in the order in which Linux tries them.
  package static let labelSizes = [128, 256]

  /// The largest area that this suite reads into memory: our own bound, sixteen times the largest in use.
  package static let largestArea = 256 << 20

  /// The geometry of an area of `areaSize` bytes with labels of `labelSize` bytes; nil where it cannot
  /// hold two index blocks and two labels.
  package init?(areaSize: Int, labelSize: Int) {
    guard (0...Self.largestArea).contains(areaSize) else { return nil }
    // Two steps: the room for index blocks is that of more slots than remain beside them, so that in some
    // sizes the index block is smaller than its room and bytes at the end of the area stay unused.
    let room = 2 * Self.indexSize(slots: areaSize / labelSize)
    let slots = (areaSize - room) / labelSize
    guard slots >= 2 else { return nil }
    self.areaSize = areaSize
    self.labelSize = labelSize
    slotCount = slots
    indexSize = Self.indexSize(slots: slots)
  }

  package static func indexSize(slots: Int) -> Int {
    let bytes = IndexBlock.headerSize + (slots + 7) / 8
    return (bytes + 255) / 256 * 256
  }

  /// The most slots that an index block can name without reaching beyond the area.
  package var slotLimit: Int { (areaSize - 2 * indexSize) / labelSize }

  /// Offset of index block 0 or 1 in the area.
  package func indexOffset(_ number: Int) -> Int { number * indexSize }

  /// Offset of slot 0 in the area.
  package var labelOffset: Int { 2 * indexSize }

  /// Offset of `slot` in the area.
  package func offset(ofSlot slot: Int) -> Int { labelOffset + slot * labelSize }
}
