import Basics
package import FoundationEssentials

extension BTTInfoBlock {
  /// Reads the block of an arena that starts `start` bytes behind the first one.
  ///
  /// Only what makes Linux pass over a block is an error. It believes the rest; `differences(from:)` does not.
  package init(reading block: [UInt8], at start: UInt64 = 0) throws(InfoBlockDefect) {
    guard try InfoBlock.examine(block) == .btt else { throw .signature }
    guard let version = Version(rawValue: block[InfoBlock.Fields.major]), version.minor == block[InfoBlock.Fields.minor]
    else { throw InfoBlock.versionDefect(block) }
    self.init(
      version: version, uuid: UUID(block, at: InfoBlock.Fields.uuid),
      parent: UUID(block, at: InfoBlock.Fields.parentUUID), arena: BTTArena(stored: block, at: start))
  }

  /// What keeps Linux from using the block in the namespace with the label `parent`; nil if it uses it.
  package func defect(parent: UUID) -> InfoBlockDefect? {
    self.parent == .zero || self.parent == parent ? nil : .parent(self.parent)
  }

  /// The names of the fields in which the block differs from `expected`, such as the arena that Linux would lay out.
  package func differences(from expected: BTTInfoBlock) -> [String] {
    let (ours, theirs) = (encoded, expected.encoded)
    let words = [
      Fields.externalSectorSize, Fields.externalSectors, Fields.internalSectorSize, Fields.internalSectors,
    ].filter { ours[$0] != theirs[$0] }.map(\.name)
    let offsets = [Fields.next, Fields.data, Fields.map, Fields.log, Fields.backup].filter { ours[$0] != theirs[$0] }
    return words + offsets.map(\.name)
  }
}
