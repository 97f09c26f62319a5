import Basics
import PersistentMemory
import Storage

extension BackendExamination {
  /// Returns what is still in `namespace` of `region`, whose label asks for an info block that is not there; `nil` if
  /// nothing is found: the namespace may never have been used.
  func contentsWithoutBlock(of namespace: GuestNamespace, in region: GuestRegion) -> String? {
    guard let extent = namespace.extent, case .missing(let signature, _)? = namespace.probe?.problem,
      extent.start >= region.device.base
    else { return nil }
    let start = extent.start - region.device.base
    return signature == .btt ? tableCopy(of: extent, at: start) : data(of: extent, at: start, namespace)
  }

  /// The contents at one of the places where Linux begins the data of a namespace with page structures.
  private func data(of extent: NamespaceExtent, at start: UInt64, _ namespace: GuestNamespace) -> String? {
    let layouts = PFNInfoBlock.Map.allCases.flatMap { map in
      PFNLayout.alignments.compactMap { PFNLayout(start: extent.start, size: extent.size, map: map, alignment: $0) }
    }
    for offset in Set(layouts.map(\.dataOffset)).sorted() where offset < extent.size {
      let window = ContentsWindow(.region, range: start + offset..<start + extent.size)
      let found = try? inspect { (file) throws(BackendError) in try file.contents(of: window) }
      if let item = found?.first { return "\(item.title) at \(item.offset.hex)" }
    }
    return nil
  }

  /// The copy of a translation table's info block, which ends its first arena.
  private func tableCopy(of extent: NamespaceExtent, at start: UInt64) -> String? {
    let version: BTTInfoBlock.Version = extent.abstraction == .btt2 ? .v2_0 : .v1_1
    guard extent.size > version.initialOffset,
      let arena = BTTArena.arenas(in: extent.size - version.initialOffset, sectorSize: 512).first
    else { return nil }
    let offset = start + version.initialOffset + arena.backupOffset
    guard let bytes = try? mappedBytes(at: offset, count: InfoBlock.size),
      let block = try? BTTInfoBlock(reading: bytes), block.defect(parent: extent.uuid) == nil
    else { return nil }
    return "the sectors of its table, whose second info block at \(offset.hex) is whole"
  }
}
