import Basics

/// Bytes of a backend that a guest uses as one disk, in which file systems are to be looked for.
package struct ContentsWindow: Hashable, Sendable {
  package enum Place: Hashable, Sendable {
    /// All of the region, which no label bounds.
    case region
    /// All of a region that has labels, and no namespace: the guest sees nothing of it.
    case unclaimed
    case namespace(NamespaceIdentity)
  }

  package let place: Place
  /// The bytes, in the backend.
  package let range: Range<UInt64>
  /// All bytes of the namespace, or of the region: what the mode keeps for itself included.
  package let namespace: Range<UInt64>
  /// Whether the guest can map files in it without a page cache: in fsdax mode.
  package let isDirect: Bool

  package init(_ place: Place, range: Range<UInt64>, of namespace: Range<UInt64>? = nil, isDirect: Bool = false) {
    self.place = place
    self.range = range
    self.namespace = namespace ?? range
    self.isDirect = isDirect
  }

  /// The disks of a region whose namespaces `region` tells. What is in devdax mode has no form that is known, and what
  /// a translation table scatters cannot be followed.
  package static func windows(of region: GuestRegion) -> [ContentsWindow] {
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
      switch probe.personality {
      case .raw: return ContentsWindow(place, range: start..<end)
      case .table: return nil
      case .superblock(let block):
        guard block.signature == .pfn, let size = block.dataSize(inNamespaceOf: extent.size),
          let first = start.checkedSum(UInt64(block.layout.startPad) + block.layout.dataOffset), first + size <= end
        else { return nil }
        return ContentsWindow(place, range: first..<first + size, of: start..<end, isDirect: probe.isEnabled)
      }
    }
  }
}

extension ContentsWindow: CustomStringConvertible {
  package var description: String {
    switch place {
    case .region, .unclaimed: "the region"
    case .namespace(let namespace): "\(namespace)"
    }
  }
}
