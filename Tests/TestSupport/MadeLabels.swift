import Basics
package import FoundationEssentials
package import PersistentMemory

/// Labels and label areas that tests make.
package enum MadeLabels {
  /// The DIMM in slot 0 whose region is 128 MiB.
  package static let dimm = LabelledDIMM(regionSize: 128 << 20, cookie: InterleaveSetCookie(virtualSlot: 0))

  /// Returns `00000101-0101-0101-0101-010101010101` for number 0, and so on.
  package static func uuid(_ number: Int) -> UUID {
    UUID(
      [UInt8](repeating: UInt8((number + 1) >> 8), count: 2) + [UInt8](repeating: UInt8((number + 1) & 255), count: 14),
      at: 0)
  }

  package static func label(
    _ version: LabelVersion = .v1_2, cookie: UInt64, of count: UInt16 = 1, position: UInt16 = 0, dpa: UInt64 = 0,
    rawSize: UInt64 = 64 << 20, uuid: UUID = UUID([UInt8](1...16), at: 0), name: String = ""
  ) -> NamespaceLabel {
    var label = NamespaceLabel(blank: version)
    label.uuid = uuid
    _ = label.setName(name)
    label[NamespaceLabel.Fields.cookie] = cookie
    label[NamespaceLabel.Fields.setSize] = count
    label[NamespaceLabel.Fields.position] = position
    label[NamespaceLabel.Fields.dpa] = dpa
    label[NamespaceLabel.Fields.rawSize] = rawSize
    label.set(type: NamespaceType.pmem.guid, abstraction: NamespaceAbstraction.none.guid)
    return label
  }

  /// Returns an undamaged area with labels at `extents`, in MiB.
  package static func area(
    _ extents: [(dpa: UInt64, size: UInt64)], _ version: LabelVersion = .v1_2,
    changing: (Int, inout NamespaceLabel) -> Void = { _, _ in }
  ) throws -> [UInt8] {
    let cookie = InterleaveSetCookie(virtualSlot: 0)
    let labels = extents.enumerated().map { number, extent in
      var label = Self.label(
        version, cookie: version == .v1_1 ? cookie.v1_1 : cookie.v1_2, dpa: extent.dpa << 20,
        rawSize: extent.size << 20, uuid: uuid(number))
      changing(number, &label)
      return label
    }
    return try LabelArea.encoded(version, size: 128 << 10, labels: labels).array
  }
}
