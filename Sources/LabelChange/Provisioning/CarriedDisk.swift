import FoundationEssentials
package import PersistentMemory

/// What a guest makes of a region without labels that begins with an info block. The guest is to see it in the same way
/// after the bytes have moved to another region, with or without labels.
package struct CarriedDisk: Hashable, Sendable {
  package let mode: NamespaceMode
  private let personality: NamespaceProbe.Personality
  /// The superblock; `nil` for a translation table.
  private let block: [UInt8]?

  /// `nil` if the region is a raw disk. `head` is its beginning, `NamespaceContents.headSize` bytes.
  package init?(_ personality: NamespaceProbe.Personality, head: [UInt8]) {
    switch personality {
    case .raw: return nil
    case .table: block = nil
    case .superblock: block = head.block(at: Int(PFNInfoBlock.offset), count: InfoBlock.size)
    }
    mode = personality.mode
    self.personality = personality
  }

  /// The uuid that the guest shows; `nil` for a raw disk.
  var uuid: UUID {
    switch personality {
    case .raw: .zero
    case .table(let uuid, _, _): uuid
    case .superblock(let block): block.uuid
    }
  }

  /// The specification that describes the disk.
  var specification: NamespaceSpecification {
    switch personality {
    case .raw: .wholeRegion
    case .table(_, let sectorSize, _):
      NamespaceSpecification(
        mode: mode, size: nil, name: "", uuid: nil, sectorSize: sectorSize,
        alignment: NamespaceSpecification.defaultAlignment, givenMap: nil)
    case .superblock(let block):
      NamespaceSpecification(
        mode: mode, size: nil, name: "", uuid: nil, sectorSize: mode.defaultSectorSize,
        alignment: UInt32(clamping: block.layout.effectiveAlignment), givenMap: block.map)
    }
  }

  /// Returns the size that the guest shows in a namespace of `rawSize` bytes.
  func size(in rawSize: UInt64) -> UInt64 {
    switch personality {
    case .raw: rawSize
    case .table(_, _, let size): size ?? 0
    case .superblock(let block): block.dataSize(inNamespaceOf: rawSize) ?? 0
    }
  }

  /// The offset of the data in the namespace; `nil` for a translation table.
  var dataOffset: UInt64? {
    switch personality {
    case .raw: 0
    case .table: nil
    case .superblock(let block): UInt64(block.layout.startPad) + block.layout.dataOffset
    }
  }

  /// Returns whether Linux shows the disk in a namespace of `size` bytes at the address `start`.
  package func isShown(start: UInt64, size: UInt64) -> Bool {
    guard case .superblock(let block) = personality else { return true }
    return block.defect(parent: block.parent, start: start, size: size) == nil && block.hasPageStructures(for: size)
  }

  /// The abstraction that the label claims; a translation table made without a label is one of version 1.1.
  var abstraction: NamespaceAbstraction { mode == .sector ? .btt : mode.abstraction }

  /// Returns the superblock with the label `parent`, which Linux would ignore otherwise.
  func adopted(by parent: UUID) -> [UInt8]? { block.map { InfoBlock.adopting($0, parent: parent) } }
}
