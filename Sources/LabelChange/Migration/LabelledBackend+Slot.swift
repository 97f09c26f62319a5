import PersistentMemory

extension LabelledBackend {
  /// The labels for a DIMM in `slot`: each gets the interleave-set cookie that Linux expects there.
  ///
  /// Only labels of virtual DIMMs can move, whatever slot and version their cookie was made for; those of other
  /// DIMMs are refused.
  package func moved(toSlot slot: Int) throws(MigrationRefusal) -> LabelAreaChange {
    guard (0..<InterleaveSetCookie.virtualSlots).contains(slot) else { throw .slot(slot) }
    guard let index = area.indexes.current else { return change(to: area.bytes) }
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

  /// The slot of the virtual DIMM that `label` belongs to. Throws for a label of any other.
  @discardableResult
  static func virtualSlot(of label: NamespaceLabel) throws(MigrationRefusal) -> Int {
    let setSize = label[NamespaceLabel.Fields.setSize]
    guard setSize == 1, let slot = InterleaveSetCookie.virtualSlot(of: label.cookie) else {
      throw .foreignLabel(NamespaceIdentity(label), cookie: label.cookie, setSize: setSize)
    }
    return slot
  }
}
