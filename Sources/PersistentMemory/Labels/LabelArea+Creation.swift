extension LabelArea {
  /// Who an initialised area is to look like: both leave the same state, but ndctl sets bits beyond the last slot.
  package enum Writer: Sendable { case kernel, ndctl }

  /// An area of zeros: a DIMM without labels.
  package static func blank(size: Int) -> SparseBytes { SparseBytes(zeros: size) }

  /// An area with two sealed index blocks and no labels, as Linux and `ndctl init-labels` leave it: block 0
  /// has sequence number 3 and is current, block 1 has 2.
  package static func initialised(
    _ version: LabelVersion, size: Int, as writer: Writer = .kernel
  ) throws(LabelAreaError) -> SparseBytes {
    let geometry = try geometry(version, size: size)
    var area = blank(size: size)
    for (number, sequence) in [(0, 3), (1, 2)] {
      let block = IndexBlock(
        empty: number, version, in: geometry, sequence: IndexSequence(stored: UInt32(sequence)),
        bitsBeyondSlots: writer == .ndctl)
      area.replace(at: geometry.indexOffset(number), with: block.bytes)
    }
    return area
  }

  /// An area that holds `labels`, the first in slot 0. Both index blocks list all of them, so that losing either
  /// loses nothing. Throws where they do not fit and leave a slot free for the next update.
  package static func encoded(
    _ version: LabelVersion, size: Int, labels: [NamespaceLabel]
  ) throws(LabelAreaError) -> SparseBytes {
    let geometry = try geometry(version, size: size)
    guard labels.count < geometry.slotCount else { throw .tooManyLabels(labels.count, limit: geometry.slotCount - 1) }
    var area = try initialised(version, size: size)
    var index = IndexBlock(0, of: area, in: geometry)
    for (slot, label) in labels.enumerated() {
      guard label.bytes.count == geometry.labelSize else { throw .labelSize(label.bytes.count, version) }
      var sealed = label
      sealed.seal(slot: slot)
      area.replace(at: geometry.offset(ofSlot: slot), with: sealed.bytes)
      index.markUsed(slot)
    }
    area.replaceIndexes(with: index, in: geometry)
    return area
  }

  private static func geometry(_ version: LabelVersion, size: Int) throws(LabelAreaError) -> LabelGeometry {
    guard size <= LabelGeometry.largestArea else { throw .tooLarge(UInt64(clamping: size)) }
    guard let geometry = LabelGeometry(areaSize: size, labelSize: version.labelSize) else { throw .tooSmall(size) }
    return geometry
  }
}

extension SparseBytes {
  /// Makes `index` both index blocks of an area with `geometry`: block 0 is current, block 1 its predecessor.
  package mutating func replaceIndexes(with index: IndexBlock, in geometry: LabelGeometry) {
    for (number, sequence) in [(0, 3), (1, 2)] {
      var block = index
      block.seal(as: number, sequence: IndexSequence(stored: UInt32(sequence)), in: geometry)
      replace(at: geometry.indexOffset(number), with: block.bytes)
    }
  }
}
