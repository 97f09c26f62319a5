package import PersistentMemory

extension LabelledBackend {
  /// The namespaces of which bytes would lie outside of the region, were S `mappedSize`.
  package func namespacesCut(byMappedSize mappedSize: UInt64) throws(MigrationRefusal) -> [NamespaceIdentity] {
    let target = try Self.geometry(mappedSize: mappedSize, labelSize: geometry.labelSize, like: geometry)
    return namespaces.filter { namespace in
      guard let end = namespace.end else { return false }
      return end <= geometry.regionSize && end > target.regionSize
    }
  }

  /// The labels at the end of a file of `mappedSize` bytes, longer or shorter than this one, all of which is mapped.
  ///
  /// L, A and what namespaces own stay. What the region gains reads as zeros.
  package func resized(mappedSize: UInt64) throws(MigrationRefusal) -> LabelAreaChange {
    let tail = length - geometry.mappedSize
    guard tail == 0 else { throw .tail(tail) }
    guard isFile else {
      throw .cannotGrow(needed: mappedSize, length: length, surplus: mappedSize - min(mappedSize, length))
    }
    let target = try Self.geometry(mappedSize: mappedSize, labelSize: geometry.labelSize, like: geometry)
    // A region that is one namespace by itself has no label to be in the way: its contents are for the caller.
    if !area.isBlank { try checkRoom(in: target) }
    try checkEverySlotCounts()
    try checkShown(area.bytes, in: target)
    return change(to: area.bytes, endingAt: mappedSize, length: mappedSize)
  }

  /// The labels without those of `namespaces`, whose data is thereby given up.
  package func dropping(_ namespaces: [NamespaceIdentity]) -> LabelAreaChange {
    let dropped = labels.filter { namespaces.contains(NamespaceIdentity($0)) }.map { Int($0.slot) }
    return change(to: area.updated(replacing: [:], freeing: dropped))
  }
}
