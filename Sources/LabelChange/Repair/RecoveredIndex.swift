import PersistentMemory

/// The recoverable parts of the index of an area without a valid index block.
struct RecoveredIndex {
  let geometry: LabelGeometry
  /// A block with the right header; its bitmap is meaningful only if the evidence is a bitmap.
  let block: IndexBlock
  let evidence: RepairAction.Evidence

  /// The slots that may hold labels in use.
  let slots: [Int]

  /// Recovers the index of `area`; `isPlausible` judges labels that have no checksum. `nil` if nothing survives.
  init?(of area: LabelArea, isPlausible: (NamespaceLabel) -> Bool) {
    let geometries = LabelGeometry.labelSizes.compactMap { labelSize in
      LabelGeometry(areaSize: area.bytes.count, labelSize: labelSize)
    }
    for geometry in geometries {
      guard let (number, block) = Self.provedBlock(of: area.bytes, in: geometry) else { continue }
      self.init(geometry, block, .bitmap(block: number), block.usedSlots)
      return
    }
    // Labels with a checksum come first, because they are unmistakable.
    for geometry in geometries.reversed() {
      let slots = (0..<geometry.slotCount).filter { slot in
        let label = NamespaceLabel(slot: slot, of: area.bytes, in: geometry)
        return !label.isZero && label.defect(inSlot: slot) == nil && (label.isLong || isPlausible(label))
      }
      guard !slots.isEmpty else { continue }
      let version: LabelVersion = geometry.labelSize == 128 ? .v1_1 : .v1_2
      let block = IndexBlock(empty: 0, version, in: geometry, sequence: IndexSequence(stored: 3))
      self.init(geometry, block, geometry.labelSize == 128 ? .plausibility : .checksums, slots)
      return
    }
    return nil
  }

  /// An index of version 1.2 for an area in which nothing survives, not even a label; `nil` if none fits into it.
  init?(emptyIn area: LabelArea) {
    let version = LabelVersion.v1_2
    guard let geometry = LabelGeometry(areaSize: area.bytes.count, labelSize: version.labelSize) else { return nil }
    let block = IndexBlock(empty: 0, version, in: geometry, sequence: IndexSequence(stored: 3))
    self.init(geometry, block, .infoBlocks, [])
  }

  private init(_ geometry: LabelGeometry, _ block: IndexBlock, _ evidence: RepairAction.Evidence, _ slots: [Int]) {
    self.geometry = geometry
    self.block = block
    self.evidence = evidence
    self.slots = slots
  }

  /// Returns the newer of the blocks whose bitmap is proved, with its header corrected.
  private static func provedBlock(of area: SparseBytes, in geometry: LabelGeometry) -> (number: Int, block: IndexBlock)?
  {
    let proved = [0, 1].compactMap { number in
      IndexBlock(number, of: area, in: geometry).proved(as: number, in: geometry).map { (number: number, block: $0) }
    }
    guard proved.count == 2 else { return proved.first }
    let (first, second) = (proved[0].block.sequence, proved[1].block.sequence)
    guard first.isValid, second.isValid else { return proved[first.isValid ? 0 : 1] }
    return proved[IndexSequence.current(first, second)]
  }
}

extension IndexBlock {
  /// Returns the block with the header that block `number` must have, if its checksum proves the bitmap: the checksum
  /// holds for the present bytes, or for those before the header was damaged.
  func proved(as number: Int, in geometry: LabelGeometry) -> IndexBlock? {
    guard bytes.contains(where: { $0 != 0 }) else { return nil }
    guard let version, version.labelSize != geometry.labelSize else { return restored(as: number, in: geometry) }
    return nil
  }

  private func restored(as number: Int, in geometry: LabelGeometry) -> IndexBlock? {
    let versions: [LabelVersion] = geometry.labelSize == 128 ? [.v1_1] : [.v1_2, .cxl2_1]
    var block = self
    block.sign()
    block[Fields.size] = UInt64(geometry.indexSize)
    block[Fields.labelOffset] = UInt64(geometry.labelOffset)
    block[Fields.ownOffset] = UInt64(geometry.indexOffset(number))
    block[Fields.otherOffset] = UInt64(geometry.indexOffset(1 - number))
    if self[Fields.slotCount] == 0 || self[Fields.slotCount] > UInt32(geometry.slotLimit) {
      block[Fields.slotCount] = UInt32(geometry.slotCount)
    }
    block[Fields.labelSize] = geometry.labelSize == 128 ? 0 : 1
    if self.version == nil {
      block[Fields.major] = versions[0].major
      block[Fields.minor] = versions[0].minor
    }
    if self[Fields.checksum] == expectedChecksum { return block }
    for flags in [flags, 0] {
      block[Fields.flagsAndLabelSize] = block[Fields.flagsAndLabelSize] & 0xff00_0000 | flags
      for sequence in [self[Fields.sequence], 1, 2, 3] {
        block[Fields.sequence] = sequence
        if self[Fields.checksum] == block.expectedChecksum { return block }
      }
    }
    return nil
  }
}
