import Basics

/// Bytes of a backend that a guest uses as one disk, in which file systems are to be looked for.
public struct ContentsWindow: Hashable, Sendable {
  /// What the disk is made of.
  public enum Place: Hashable, Sendable {
    /// All of the region, which no label bounds.
    case region
    /// All of a region that has labels, and no namespace: the guest sees nothing of it.
    case unclaimed
    /// A namespace that a label describes.
    case namespace(NamespaceIdentity)
  }

  /// What the disk is made of.
  public let place: Place
  /// The bytes of the disk, in the backend.
  public let range: Range<UInt64>
  /// All bytes of the namespace, or of the region: what the mode keeps for itself included.
  public let namespace: Range<UInt64>
  /// Whether the guest can map files in it without a page cache: in fsdax mode, and in virtio-pmem.
  public let isDirect: Bool
  /// Bytes of the disk's logical sectors.
  public let sectorSize: UInt64

  package init(
    _ place: Place, range: Range<UInt64>, of namespace: Range<UInt64>? = nil, isDirect: Bool = false,
    sectorSize: UInt64 = 512
  ) {
    self.place = place
    self.range = range
    self.namespace = namespace ?? range
    self.isDirect = isDirect
    self.sectorSize = sectorSize
  }

  /// The disks of `region`, one for each namespace whose contents can be read. A devdax namespace has no known format, and
  /// the sectors behind a translation table are scattered.
  ///
  /// `isVirtio` is true for the region of a virtio-pmem device, whose driver also maps a raw namespace (Linux
  /// drivers/nvdimm/virtio_pmem.c, `ND_REGION_PAGEMAP`).
  public static func windows(of region: GuestRegion, isVirtio: Bool = false) -> [ContentsWindow] {
    if case .namespaces([]) = region.probe?.outcome, region.probe?.verdicts.allSatisfy(\.isEmpty) == true {
      return [ContentsWindow(.unclaimed, range: 0..<region.device.length)]
    }
    return (region.namespaces ?? []).compactMap { namespace in
      guard let extent = namespace.extent, let probe = namespace.probe, extent.start >= region.device.base else {
        return nil
      }
      let start = extent.start - region.device.base
      guard let end = start.checkedSum(extent.size), end <= region.device.length else { return nil }
      let place = namespace.label.map { Place.namespace(NamespaceIdentity($0)) } ?? .region
      // Linux drivers/nvdimm/namespace_devs.c, `pmem_sector_size`.
      let sectorSize: UInt64 = namespace.label?.sectorSize == 4096 ? 4096 : 512
      switch probe.personality {
      case .raw: return ContentsWindow(place, range: start..<end, isDirect: isVirtio, sectorSize: sectorSize)
      case .table: return nil
      case .superblock(let block):
        guard block.signature == .pfn, let size = block.dataSize(inNamespaceOf: extent.size), size > 0,
          let first = start.checkedSum(UInt64(block.layout.startPad) + block.layout.dataOffset), first + size <= end
        else { return nil }
        return ContentsWindow(
          place, range: first..<first + size, of: start..<end, isDirect: probe.isEnabled,
          sectorSize: sectorSize)
      }
    }
  }
}

extension ContentsWindow {
  /// Whether the disk is the namespace as it is, without an info block.
  var isRaw: Bool { range == namespace && place != .unclaimed }
}

extension ContentsWindow: CustomStringConvertible {
  public var description: String {
    switch place {
    case .region, .unclaimed: "the region"
    case .namespace(let namespace): "\(namespace)"
    }
  }
}
