extension IndexBlock {
  /// A sealed block `number` of an empty area, all slots free.
  ///
  /// With `bitsBeyondSlots` the bitmap is filled up to the next 64 bits, as `ndctl init-labels` leaves it;
  /// Linux clears those bits.
  package init(
    empty number: Int, _ version: LabelVersion, in geometry: LabelGeometry, sequence: IndexSequence,
    bitsBeyondSlots: Bool = false
  ) {
    self.init(blankFor: geometry)
    sign()
    self[Fields.labelSize] = geometry.labelSize == 128 ? 0 : 1
    self[Fields.size] = UInt64(geometry.indexSize)
    self[Fields.labelOffset] = UInt64(geometry.labelOffset)
    self[Fields.slotCount] = UInt32(geometry.slotCount)
    self[Fields.major] = version.major
    self[Fields.minor] = version.minor
    let bits = bitsBeyondSlots ? (geometry.slotCount + 63) / 64 * 64 : geometry.slotCount
    for slot in 0..<bits { markFree(slot) }
    seal(as: number, sequence: sequence, in: geometry)
  }

  /// Makes this block, whose slots may have been marked meanwhile, block `number` with `sequence`, and sums it up.
  package mutating func seal(as number: Int, sequence: IndexSequence, in geometry: LabelGeometry) {
    self[Fields.sequence] = sequence.value
    self[Fields.ownOffset] = UInt64(geometry.indexOffset(number))
    self[Fields.otherOffset] = UInt64(geometry.indexOffset(1 - number))
    self[Fields.checksum] = expectedChecksum
  }
}
