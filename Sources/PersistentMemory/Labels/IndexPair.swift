/// The two index blocks of an area, read with one label size, and which of them rules.
///
/// Source: Linux drivers/nvdimm/label.c, `nd_label_validate`.
public struct IndexPair: Hashable, Sendable {
  /// The geometry that the blocks were read with.
  public let geometry: LabelGeometry
  /// Block 0 and block 1.
  public let blocks: [IndexBlock]
  /// What is wrong with block 0 and block 1; nil where the block is valid.
  public let defects: [IndexBlock.Defect?]
  /// The number of the current block; nil where neither is valid.
  public let currentNumber: Int?

  /// Reads the blocks of `area` on the supposition that `geometry` is its geometry.
  package init(of area: SparseBytes, in geometry: LabelGeometry, under linux: LinuxRelease = .newest) {
    self.geometry = geometry
    blocks = [0, 1].map { IndexBlock($0, of: area, in: geometry) }
    let blocks = blocks
    defects = [0, 1].map { blocks[$0].firstDefect(as: $0, in: geometry, under: linux) }
    currentNumber =
      switch (defects[0], defects[1]) {
      case (nil, nil): IndexSequence.current(blocks[0].sequence, blocks[1].sequence)
      case (nil, _): 0
      case (_, nil): 1
      default: nil
      }
  }

  /// The blocks of `area` as `linux` sees them: with 128-byte labels if that makes a block valid, else with 256.
  ///
  /// Where no block is valid, the label size is what more of the headers claim, 128 if in doubt, as ndctl guesses.
  /// Nil for an area too small for an index.
  package init?(of area: SparseBytes, under linux: LinuxRelease = .newest) {
    let pairs = LabelGeometry.labelSizes.compactMap { labelSize in
      LabelGeometry(areaSize: area.count, labelSize: labelSize).map { IndexPair(of: area, in: $0, under: linux) }
    }
    guard let short = pairs.first, let long = pairs.last else { return nil }
    let claims = (short: short.count { $0 == .v1_1 }, long: long.count { $0 == .v1_2 || $0 == .cxl2_1 })
    self = pairs.first { $0.currentNumber != nil } ?? (claims.long > claims.short ? long : short)
  }

  /// The current block; nil where neither is valid.
  public var current: IndexBlock? { currentNumber.map { blocks[$0] } }

  private func count(_ isMeant: (LabelVersion) -> Bool) -> Int { blocks.count { $0.version.map(isMeant) ?? false } }
}

/// The sequence number of an index block: 1, 2, 3, 1 and so on; 0 is never valid.
///
/// Source: UEFI 2.10, 13.19 ("Seq"); Linux `best_seq` and `nd_inc_seq`.
public struct IndexSequence: Hashable, Sendable {
  /// The number, from 0 to 3.
  public let value: UInt32

  /// The number in a stored field, of which only the two low bits count.
  package init(stored: UInt32) { value = stored & 3 }

  /// Whether a valid block can have the number.
  public var isValid: Bool { value != 0 }

  /// The number that the next index block to be written gets.
  public var next: IndexSequence { IndexSequence(stored: value % 3 + 1) }

  /// Which of two valid blocks is current. Equal numbers choose block 1.
  public static func current(_ block0: IndexSequence, _ block1: IndexSequence) -> Int {
    block0 == block1 || block0.next == block1 ? 1 : 0
  }
}
