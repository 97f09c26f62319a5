package import FoundationEssentials

extension LabelledBackend {
  /// An info block that Linux uses in a namespace: it has a uuid of its own, and names the label that it belongs to.
  package struct NamedBlock: Hashable, Sendable {
    /// Bytes from the start of the backend.
    package let offset: UInt64
    /// `InfoBlock.size` bytes.
    package let bytes: [UInt8]
  }

  /// The info blocks that Linux uses in the namespaces: a superblock, or those of every arena of a translation table.
  package func namedBlocks<Failure: Error>(
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [NamedBlock] {
    var blocks: [NamedBlock] = []
    for label in labels {
      guard let end = label.reservation?.upperBound, end < geometry.regionSize else { continue }
      let head = try read(label.dpa, Int(min(UInt64(NamespaceContents.headSize), end - label.dpa + 1)))
      let claimed = label.abstraction.map { NamespaceAbstraction(guid: $0) } ?? NamespaceAbstraction.none
      switch NamespaceContents(of: head, parent: label.uuid).shown(claimed: claimed) {
      case .none: continue
      case .btt2: try Self.addTable(at: label.dpa, of: label, endingAt: end, to: &blocks, read)
      case .btt: try Self.addTable(at: label.dpa + 4096, of: label, endingAt: end, to: &blocks, read)
      case .fsdax, .devdax:
        guard let bytes = head.block(at: Int(PFNInfoBlock.offset), count: InfoBlock.size) else { continue }
        blocks.append(NamedBlock(offset: label.dpa + PFNInfoBlock.offset, bytes: bytes))
      }
    }
    return blocks
  }

  /// Adds the two blocks of each arena, from the one at `start` on.
  private static func addTable<Failure: Error>(
    at start: UInt64, of label: NamespaceLabel, endingAt last: UInt64, to blocks: inout [NamedBlock],
    _ read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    func block(at offset: UInt64) throws(Failure) -> [UInt8]? {
      let (end, overflow) = offset.addingReportingOverflow(UInt64(InfoBlock.size) - 1)
      guard !overflow, end <= last else { return nil }
      let bytes = try read(offset, InfoBlock.size)
      guard (try? InfoBlock.examine(bytes)) == .btt else { return nil }
      let parent = InfoBlock.parent(of: bytes)
      return parent == .zero || parent == label.uuid ? bytes : nil
    }
    var start = start
    while let bytes = try block(at: start) {
      blocks.append(NamedBlock(offset: start, bytes: bytes))
      let (backup, overflow) = start.addingReportingOverflow(bytes[BTTInfoBlock.Fields.backup])
      if !overflow, backup > start, let copy = try block(at: backup) {
        blocks.append(NamedBlock(offset: backup, bytes: copy))
      }
      // An arena has a least size: what is nearer is no table that Linux made, and must not keep us reading.
      let next = bytes[BTTInfoBlock.Fields.next]
      let (following, isBeyond) = start.addingReportingOverflow(next)
      guard next >= BTTArena.minimumSize, !isBeyond else { return }
      start = following
    }
  }

  /// The same namespaces under uuids of their own: of labels, and of the info blocks in `blocks`, which name the label
  /// that they belong to (`nd_pfn_validate`, `nd_btt_arena_is_valid`). Equal uuids stay equal.
  package func renewed(_ blocks: [NamedBlock], uuids: () -> UUID = { UUID() }) throws(MigrationRefusal) -> LabelAreaChange {
    guard area.indexes.current != nil else { throw .blankArea }
    var known: [UUID: UUID] = [.zero: .zero]
    func renewed(_ uuid: UUID) -> UUID {
      if let new = known[uuid] { return new }
      let new = uuids()
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
      let own = renewed(UUID(block.bytes, at: InfoBlock.Fields.uuid))
      let parent = renewed(InfoBlock.parent(of: block.bytes))
      return LabelAreaChange.Rewrite(
        offset: block.offset, before: block.bytes, after: InfoBlock.renamed(block.bytes, uuid: own, parent: parent))
    }
    let bytes = area.updated(replacing: replacements)
    return LabelAreaChange(
      before: placement, after: LabelAreaPlacement(offset: placement.offset, bytes: bytes), lengthBefore: length,
      lengthAfter: length, rewrites: rewrites)
  }
}
