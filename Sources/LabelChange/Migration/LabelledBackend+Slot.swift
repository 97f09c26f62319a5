import PersistentMemory

extension LabelledBackend {
  /// Rewrites the labels for a DIMM in `slot`: each gets the interleave-set cookie that Linux expects there.
  ///
  /// Only labels of virtual DIMMs can be moved, for any slot and version of their cookie. Throws for labels of other
  /// DIMMs.
  package func moved(toSlot slot: Int) throws(MigrationRefusal) -> LabelAreaChange {
    guard (0..<InterleaveSetCookie.virtualSlots).contains(slot) else { throw .slot(slot) }
    guard let index = area.indexes.current else { return change(to: area.bytes) }
    try checkEverySlotCounts()
    let cookie = InterleaveSetCookie(virtualSlot: slot)
    var replacements: [Int: NamespaceLabel] = [:]
    for label in labels {
      try Self.virtualSlot(of: label)
      guard label.cookie != cookie.value(under: index) else { continue }
      var moved = label
      moved[NamespaceLabel.Fields.cookie] = cookie.value(under: index)
      replacements[Int(label.slot)] = moved
    }
    let bytes = area.updated(replacing: replacements)
    try checkShown(bytes, in: geometry, slot: slot)
    return change(to: bytes)
  }

  /// Returns the slot of the virtual DIMM that `label` belongs to. Throws if it belongs to any other DIMM.
  @discardableResult
  static func virtualSlot(of label: NamespaceLabel) throws(MigrationRefusal) -> Int {
    let setSize = label[NamespaceLabel.Fields.setSize]
    guard setSize == 1, let slot = InterleaveSetCookie.virtualSlot(of: label.cookie) else {
      throw .foreignLabel(NamespaceIdentity(label), cookie: label.cookie, setSize: setSize)
    }
    return slot
  }
}
