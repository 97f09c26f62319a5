import Basics
package import FoundationEssentials
import PersistentMemory

extension LabelledBackend {
  /// Returns the info blocks that Linux uses in the namespaces.
  package func infoBlocks<Failure: Error>(
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [NamedInfoBlock] {
    var blocks: [NamedInfoBlock] = []
    for label in labels {
      blocks += try NamedInfoBlock.blocks(of: label, regionSize: geometry.regionSize, read: read)
    }
    return blocks
  }

  /// Gives the namespaces new uuids: in the labels, and in the info blocks `blocks`, which name the label that they
  /// belong to. Equal uuids stay equal.
  package func renewed(
    _ blocks: [NamedInfoBlock], uuids: () -> UUID = { UUID() }
  ) throws(MigrationRefusal) -> LabelAreaChange {
    guard area.indexes.current != nil else { throw .blankArea }
    try checkEverySlotCounts()
    var known: [UUID: UUID] = [.zero: .zero]
    func renewed(_ uuid: UUID) -> UUID {
      let new = known[uuid] ?? uuids()
      known[uuid] = new
      return new
    }
    var replacements: [Int: NamespaceLabel] = [:]
    for label in labels {
      var copy = label
      copy.uuid = renewed(label.uuid)
      replacements[Int(label.slot)] = copy
    }
    let rewrites = blocks.map { block in
      LabelAreaChange.Rewrite(
        offset: block.offset, before: SparseBytes(block.bytes), after: SparseBytes(block.renamed(renewed)))
    }
    return LabelAreaChange(
      before: placement,
      after: LabelAreaPlacement(offset: placement.offset, bytes: area.updated(replacing: replacements)),
      lengthBefore: length, lengthAfter: length, rewrites: rewrites)
  }
}
