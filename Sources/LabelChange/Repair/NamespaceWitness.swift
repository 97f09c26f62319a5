import Basics
package import FoundationEssentials
package import PersistentMemory

/// An info block, as a witness of the namespace that it was written for: what it tells of the label, which may be lost.
///
/// Source: Linux 6.1 drivers/nvdimm/pfn_devs.c `nd_pfn_init`, btt.c `discover_arenas`.
package struct NamespaceWitness: Hashable, Sendable {
  /// Where the namespace begins in the DIMM, in bytes.
  package let dpa: UInt64
  /// Bytes of the namespace.
  package let size: UInt64
  /// The uuid of its label; never zero.
  package let label: UUID
  /// The mode that the block gives the namespace.
  package let abstraction: NamespaceAbstraction
  /// The sector size of a translation table, in bytes; `nil` for other modes.
  package let sectorSize: UInt32?

  package var end: UInt64 { dpa + size }

  /// The lbasize of its label: a size that only a translation table can have is in the block, and the label has 0.
  var labelSectorSize: UInt32 {
    guard let sectorSize else { return NamespaceMode.raw.defaultSectorSize }
    return NamespaceMode.raw.sectorSizes.contains(sectorSize) ? sectorSize : 0
  }

  /// The witness of `label` that a block of the mode `abstraction` is.
  package init(of label: NamespaceLabel, _ abstraction: NamespaceAbstraction) {
    (dpa, size, self.label) = (label.dpa, label.rawSize, label.uuid)
    (self.abstraction, sectorSize) = (abstraction, nil)
  }

  /// Reads the first `NamespaceContents.headSize` bytes of a namespace at `dpa` in a region of `regionSize` bytes. `nil`
  /// if there is no info block, or if it names no label, or a namespace that does not fit.
  init?<Failure: Error>(
    at dpa: UInt64, regionSize: UInt64, _ read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    guard regionSize > dpa, regionSize - dpa >= UInt64(NamespaceContents.headSize) else { return nil }
    let head = try read(dpa, NamespaceContents.headSize)
    let size: UInt64?
    if let table = Self.table(in: head, .v2_0) ?? Self.table(in: head, .v1_1) {
      (label, sectorSize) = (table.parent, table.arena.externalSectorSize)
      abstraction = table.version == .v2_0 ? .btt2 : .btt
      let start = dpa + table.version.initialOffset
      size = try Self.end(ofTableAt: start, table, regionSize: regionSize, read).map { $0 - dpa }
    } else if let block = try? PFNInfoBlock(reading: Array(head[InfoBlock.size...])) {
      (label, sectorSize) = (block.parent, nil)
      abstraction = block.signature == .pfn ? .fsdax : .devdax
      size = block.namespaceSize
    } else {
      return nil
    }
    guard label != .zero, let size, size > 0, size <= regionSize - dpa else { return nil }
    self.dpa = dpa
    self.size = size
  }

  private static func table(in head: [UInt8], _ version: BTTInfoBlock.Version) -> BTTInfoBlock? {
    head.block(at: Int(version.initialOffset), count: InfoBlock.size).flatMap { try? BTTInfoBlock(reading: $0) }
      .flatMap { $0.version == version ? $0 : nil }
  }

  /// Returns where the last arena ends; `nil` if that is beyond the region.
  private static func end<Failure: Error>(
    ofTableAt start: UInt64, _ first: BTTInfoBlock, regionSize: UInt64,
    _ read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> UInt64? {
    var (start, arena) = (start, first.arena)
    while arena.nextOffset != 0 {
      guard arena.nextOffset >= BTTArena.minimumSize, let next = start.checkedSum(arena.nextOffset),
        next <= regionSize - UInt64(InfoBlock.size),
        let table = try? BTTInfoBlock(reading: try read(next, InfoBlock.size))
      else { return nil }
      (start, arena) = (next, table.arena)
    }
    return start.checkedSum(arena.size)
  }
}

extension PFNInfoBlock {
  /// Bytes of the namespace that Linux wrote the block for; `nil` if they exceed 64 bits.
  fileprivate var namespaceSize: UInt64? {
    let (data, overflow) = layout.pages.multipliedReportingOverflow(by: PFNLayout.pageSize)
    guard !overflow else { return nil }
    return data.checkedSum(layout.dataOffset)?.checkedSum(UInt64(layout.startPad) + UInt64(layout.endTruncation))
  }
}

extension NamespaceWitness {
  /// Linux begins namespaces with page structures at a multiple of this.
  private static let step = PFNLayout.subsectionSize

  /// Returns the info blocks of namespaces in a region of `regionSize` bytes that name a label, in the order of their
  /// places: they are sought at multiples of 2 MiB, behind each other, and at the addresses in `labels`.
  ///
  /// `read` gives bytes of the region, `dataRanges` the parts of a range that are not holes.
  package static func all<Failure: Error>(
    inRegionOf regionSize: UInt64, beside labels: [NamespaceLabel] = [],
    dataRanges: (_ range: Range<UInt64>) -> [Range<UInt64>],
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [NamespaceWitness] {
    var places = Set(labels.map(\.dpa))
    for range in dataRanges(0..<regionSize) {
      places.formUnion(stride(from: range.lowerBound.alignedDown(to: step), to: range.upperBound, by: Int(step)))
    }
    var found: [NamespaceWitness] = []
    var end: UInt64 = 0
    for place in places.sorted() where place >= end {
      var next = place
      while let witness = try NamespaceWitness(at: next, regionSize: regionSize, read) {
        found.append(witness)
        (end, next) = (witness.end, witness.end)
      }
    }
    return found
  }
}

extension Collection<NamespaceWitness> {
  /// The first few of them, for messages.
  package var listing: String { firstFew { "\($0.label.lowercased) (\(ByteCount($0.size)) at \($0.dpa.hex))" } }
}
