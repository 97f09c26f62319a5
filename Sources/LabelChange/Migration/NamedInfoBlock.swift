import Basics
package import FoundationEssentials
package import PersistentMemory

/// An info block that Linux uses in a namespace: it has a uuid of its own, and names the label that it belongs to.
///
/// Source: Linux 6.1 drivers/nvdimm/pfn_devs.c `nd_pfn_validate`, btt.c `nd_btt_arena_is_valid`, `discover_arenas`.
package struct NamedInfoBlock: Hashable, Sendable {
  /// The offset from the start of the DIMM, and thus of the backend, in bytes.
  package let offset: UInt64
  /// The contents of the block: `InfoBlock.size` bytes.
  package let bytes: [UInt8]

  /// Returns this block with other uuids.
  package func renamed(_ renamed: (UUID) -> UUID) -> [UInt8] {
    let names = InfoBlock.names(in: bytes)
    return InfoBlock.renamed(bytes, uuid: renamed(names.uuid), parent: renamed(names.parent))
  }

  /// Returns the blocks that Linux uses in the namespace of `label`, in a region of `regionSize` bytes: a superblock,
  /// or both blocks of each arena of a translation table.
  package static func blocks<Failure: Error>(
    of label: NamespaceLabel, regionSize: UInt64,
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [NamedInfoBlock] {
    guard let last = label.reservation?.upperBound, last < regionSize else { return [] }
    let head = try read(label.dpa, Int(min(UInt64(NamespaceContents.headSize), last - label.dpa + 1)))
    let claimed = label.abstraction.map { NamespaceAbstraction(guid: $0) } ?? NamespaceAbstraction.none
    switch NamespaceContents(of: head, parent: label.uuid).shown(claimed: claimed) {
    case .none: return []
    case .btt2: return try table(at: label.dpa, of: label, endingAt: last, read)
    case .btt: return try table(at: label.dpa + 4096, of: label, endingAt: last, read)
    case .fsdax, .devdax:
      let block = head.block(at: Int(PFNInfoBlock.offset), count: InfoBlock.size)
      return block.map { [NamedInfoBlock(offset: label.dpa + PFNInfoBlock.offset, bytes: $0)] } ?? []
    }
  }

  /// Returns the blocks of each arena, from the one at `start` on.
  private static func table<Failure: Error>(
    at start: UInt64, of label: NamespaceLabel, endingAt last: UInt64,
    _ read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [NamedInfoBlock] {
    func block(at offset: UInt64) throws(Failure) -> (named: NamedInfoBlock, arena: BTTArena)? {
      let (end, overflow) = offset.addingReportingOverflow(UInt64(InfoBlock.size) - 1)
      guard !overflow, end <= last else { return nil }
      let bytes = try read(offset, InfoBlock.size)
      guard let table = try? BTTInfoBlock(reading: bytes), table.defect(parent: label.uuid) == nil else { return nil }
      return (NamedInfoBlock(offset: offset, bytes: bytes), table.arena)
    }
    var blocks: [NamedInfoBlock] = []
    var start = start
    while let first = try block(at: start) {
      blocks.append(first.named)
      let (backup, overflow) = start.addingReportingOverflow(first.arena.backupOffset)
      if !overflow, backup > start, let copy = try block(at: backup) { blocks.append(copy.named) }
      // An arena has a minimum size. A nearer one is not a table that Linux made, and must not keep this loop busy.
      let next = first.arena.nextOffset
      let (following, isBeyond) = start.addingReportingOverflow(next)
      guard next >= BTTArena.minimumSize, !isBeyond else { break }
      start = following
    }
    return blocks
  }
}
