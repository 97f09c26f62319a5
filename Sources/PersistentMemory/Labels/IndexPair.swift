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
  package init(of area: [UInt8], in geometry: LabelGeometry, under linux: LinuxRelease = .newest) {
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
  package init?(of area: [UInt8], under linux: LinuxRelease = .newest) {
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
