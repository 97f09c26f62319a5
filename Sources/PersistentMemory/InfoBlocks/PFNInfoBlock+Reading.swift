import Basics
public import FoundationEssentials

extension PFNInfoBlock {
  /// Reads a block of any version, as Linux does: it asks for the minor version alone, and what an older one lacks has
  /// its old value.
  public init(reading block: [UInt8]) throws(InfoBlockDefect) {
    let signature = try InfoBlock.examine(block)
    guard signature != .btt else { throw .signature }
    guard let map = Map(rawValue: block[Fields.mode]) else { throw .map(block[Fields.mode]) }
    let hasPageSizes = block[InfoBlock.Fields.minor] >= 4
    self.init(
      signature, uuid: UUID(block, at: InfoBlock.Fields.uuid), parent: UUID(block, at: InfoBlock.Fields.parentUUID),
      map: map, layout: PFNLayout(stored: block),
      pageSize: hasPageSizes ? block[Fields.pageSize] : UInt32(PFNLayout.pageSize),
      pageStructureSize: hasPageSizes ? block[Fields.pageStructureSize] : Self.pageStructureSize)
  }

  /// What keeps `linux` from using the block in the namespace with the label `parent` (zero without labels) that lies
  /// at the guest's address `start` and has `size` bytes; nil if it uses it.
  public func defect(
    parent: UUID, start: UInt64, size: UInt64, _ linux: LinuxRelease = .newest
  ) -> InfoBlockDefect? {
    guard self.parent == parent else { return .parent(self.parent) }
    if map == .device {
      guard pageSize <= PFNLayout.pageSize else { return .pageSize(pageSize) }
      guard pageStructureSize >= Self.pageStructureSize else { return .pageStructureSize(pageStructureSize) }
    }
    let unit = layout.effectiveAlignment
    let isPossible = signature == .pfn || PFNLayout.alignments.contains { $0 == unit }
    guard isPossible, unit > 0, unit <= size else { return .alignment(layout.alignment) }
    let (end, overflow) = start.addingReportingOverflow(size)
    guard !overflow, layout.dataOffset < size, layout.dataOffset.isMultiple(of: PFNLayout.pageSize) else {
      return .dataOffset(layout.dataOffset)
    }
    // All terms but the first are below `size`, or 32 bits wide.
    let padded = start &+ UInt64(layout.startPad)
    // A mask, as in Linux, also where the alignment is no power of two.
    guard (padded &+ layout.dataOffset) & (unit - 1) == 0 else { return .dataOffset(layout.dataOffset) }
    guard padded.isMultiple(of: PFNLayout.subsectionSize) else { return .misalignedStart(padded) }
    let truncated = end &- UInt64(layout.endTruncation)
    guard truncated.isMultiple(of: PFNLayout.subsectionSize) else { return .misalignedEnd(truncated) }
    guard let dataSize = dataSize(inNamespaceOf: size), dataSize > 0 || !linux.refusesEmptyData else {
      return .dataOffset(layout.dataOffset)
    }
    return nil
  }

  /// Bytes of data in a namespace of `size` bytes, as ndctl shows them; nil where the block needs more than there are.
  public func dataSize(inNamespaceOf size: UInt64) -> UInt64? {
    let lost = UInt64(layout.startPad) + UInt64(layout.endTruncation)
    guard lost < size, layout.dataOffset <= size - lost else { return nil }
    return size - lost - layout.dataOffset
  }
}
