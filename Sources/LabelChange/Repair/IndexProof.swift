import Basics
import PersistentMemory

/// The damaged index blocks of an area, to the extent that their own checksums reveal their original contents.
struct IndexProof {
  /// The area with the proved blocks.
  let area: LabelArea
  /// The numbers of those blocks.
  let corrected: [Int]
  /// The number of a block that is proved, but would make labels disappear that Linux shows now.
  let withheld: Int?

  /// `shown` returns the namespaces that Linux shows in an area; `nil` if Linux refuses the DIMM, or its region.
  init(of area: LabelArea, shown: (LabelArea) -> [LabelledNamespace]?) {
    let geometries =
      area.indexes.current != nil
      ? [area.geometry]
      : LabelGeometry.labelSizes.compactMap { LabelGeometry(areaSize: area.bytes.count, labelSize: $0) }
    for geometry in geometries {
      var (bytes, corrected, withheld) = (area.bytes, [Int](), Int?.none)
      for number in [0, 1] {
        guard let block = Self.block(number, of: area, in: geometry) else { continue }
        var after = bytes
        after.replace(at: geometry.indexOffset(number), with: block.bytes)
        guard Self.keepsLabels(of: area, after, shown) else {
          withheld = number
          continue
        }
        bytes = after
        corrected.append(number)
      }
      guard !corrected.isEmpty || withheld != nil, let proved = try? LabelArea(bytes) else { continue }
      (self.area, self.corrected, self.withheld) = (proved, corrected, withheld)
      return
    }
    (self.area, corrected, withheld) = (area, [], nil)
  }

  /// Returns the original contents of block `number`; `nil` if it is not damaged, or if its checksum leaves several
  /// candidates.
  private static func block(_ number: Int, of area: LabelArea, in geometry: LabelGeometry) -> IndexBlock? {
    let damaged = IndexBlock(number, of: area.bytes, in: geometry)
    let other = IndexBlock(1 - number, of: area.bytes, in: geometry)
    guard damaged.firstDefect(as: number, in: geometry) != nil else { return nil }
    var left = ChecksumCorrection.candidates(for: damaged.bytes, checksum: IndexBlock.Fields.checksum)
      .map { IndexBlock($0) }.filter { $0.firstDefect(as: number, in: geometry) == nil }
    func settle(_ holds: (IndexBlock) -> Bool) {
      let held = left.filter(holds)
      if !held.isEmpty { left = held }
    }
    settle { $0.isAsWritten(in: geometry) }
    settle { block in
      block.usedSlots.allSatisfy {
        NamespaceLabel(slot: $0, of: area.bytes, in: geometry).defect(inSlot: $0) == nil
      }
    }
    if other.firstDefect(as: 1 - number, in: geometry) == nil { settle { $0.usedSlots == other.usedSlots } }
    return left.count == 1 ? left[0] : nil
  }

  /// Returns whether Linux still shows everything under the index blocks of `after` that it shows now, and no label is
  /// gone.
  private static func keepsLabels(
    of area: LabelArea, _ after: SparseBytes, _ shown: (LabelArea) -> [LabelledNamespace]?
  ) -> Bool {
    guard area.indexes.current != nil, let after = try? LabelArea(after) else { return true }
    func essence(_ label: NamespaceLabel) -> [UInt8] { [UInt8](label.bytes[..<80] + label.bytes[96..<120]) }
    guard Set(area.validLabels.map(essence)).isSubset(of: after.validLabels.map(essence)) else { return false }
    guard let before = shown(area) else { return true }
    guard let after = shown(after) else { return false }
    return before.allSatisfy { namespace in after.contains { $0.isSame(as: namespace) } }
  }
}

extension LabelledNamespace {
  /// Returns whether both are one namespace, with the same bytes, in any slots.
  fileprivate func isSame(as other: LabelledNamespace) -> Bool {
    (uuid, name, dpa, size, sectorSize) == (other.uuid, other.name, other.dpa, other.size, other.sectorSize)
  }
}

extension IndexBlock {
  /// Returns whether everything that Linux does not check is as Linux writes it.
  fileprivate func isAsWritten(in geometry: LabelGeometry) -> Bool {
    let bits = (slotCount + 63) / 64 * 8
    return flags == 0 && (1...3).contains(self[Fields.sequence]) && version != nil
      && self[Fields.size] == UInt64(geometry.indexSize)
      && bytes.dropFirst(Self.headerSize + bits).allSatisfy { $0 == 0 }
  }
}
