import Basics
package import FoundationEssentials
package import PersistentMemory

extension LabelledBackend {
  /// The start of each namespace in the backend; the `NamespaceContents.headSize` bytes there identify its contents.
  package var heads: [(slot: Int, offset: UInt64, uuid: UUID)] {
    labels.map { (Int($0.slot), $0.dpa, $0.uuid) }
  }

  /// Converts the labels to `version`, 1.1 or 1.2. `contents` are the contents of the namespaces by the slots of their
  /// labels.
  ///
  /// Labels of version 1.2 get the GUID of the contents of the namespace. Labels of version 1.1 have no GUID; throws if
  /// Linux would show something else without it. The hint `align` and reserved bytes, which Linux ignores and drops
  /// with its next update, have no place in version 1.1. Uuids, names and extents stay.
  package func converted(
    to version: LabelVersion, contents: [Int: NamespaceContents]
  ) throws(MigrationRefusal) -> LabelAreaChange {
    guard version != .cxl2_1 else { throw .version(version) }
    guard let index = area.indexes.current else { throw .blankArea }
    guard index.version != version else { return change(to: area.bytes) }
    try checkEverySlotCounts()
    var converted: [NamespaceLabel] = []
    for label in labels {
      let nothing = NamespaceContents(of: [], parent: label.uuid)
      converted.append(try Self.converted(label, to: version, contents[Int(label.slot)] ?? nothing))
    }
    let bytes = try Self.encoded(
      converted, version, size: area.bytes.count, major: version.major, minor: version.minor)
    try checkShown(bytes, in: geometry)
    return change(to: bytes)
  }

  private static func converted(
    _ label: NamespaceLabel, to version: LabelVersion, _ contents: NamespaceContents
  ) throws(MigrationRefusal) -> NamespaceLabel {
    let cookie = InterleaveSetCookie(virtualSlot: try virtualSlot(of: label))
    let common = label.isLong == (version != .v1_1) ? label.bytes.count : NamespaceLabel.Fields.alignment.offset
    var converted = NamespaceLabel(version, startingWith: label.bytes[..<common])
    converted[NamespaceLabel.Fields.cookie] = version == .v1_1 ? cookie.v1_1 : cookie.v1_2
    if version == .v1_1 {
      if let what = inexpressible(label, contents) { throw .inexpressible(NamespaceIdentity(label), what) }
    } else if !label.isLong {
      converted.set(type: NamespaceType.pmem.guid, abstraction: contents.shown(claimed: NamespaceAbstraction.none).guid)
    }
    return converted
  }

  /// Returns what `label` would lose in version 1.1.
  private static func inexpressible(
    _ label: NamespaceLabel, _ contents: NamespaceContents
  ) -> MigrationRefusal.Inexpressible? {
    guard let type = label.type, let guid = label.abstraction else { return nil }
    guard type == NamespaceType.pmem.guid else { return .type(type) }
    guard let abstraction = NamespaceAbstraction(guid: guid) else { return .abstraction(guid) }
    let now = contents.shown(claimed: abstraction)
    let then = contents.shown(claimed: NamespaceAbstraction.none)
    guard now != then else { return nil }
    return now == .btt2 ? .translationTable : .wouldBecome(then)
  }
}
