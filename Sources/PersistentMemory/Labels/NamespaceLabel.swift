package import Basics
package import FoundationEssentials

/// A namespace label: 128 bytes in version 1.1, 256 in version 1.2.
///
/// It keeps the bytes as they are on media, so that rewriting a label preserves what this suite does not know.
///
/// Source: UEFI 2.10, 13.19, "EFI_NVDIMM_LABEL"; Linux `struct nvdimm_efi_label`.
package struct NamespaceLabel: Hashable, Sendable {
  /// The integer fields, named as in Linux.
  package enum Fields {
    package static let flags = Field<UInt32>("flags", at: 80)
    package static let setSize = Field<UInt16>("nlabel", at: 84)
    package static let position = Field<UInt16>("position", at: 86)
    package static let cookie = Field<UInt64>("isetcookie", at: 88)
    package static let sectorSize = Field<UInt64>("lbasize", at: 96)
    package static let dpa = Field<UInt64>("dpa", at: 104)
    package static let rawSize = Field<UInt64>("rawsize", at: 112)
    package static let slot = Field<UInt32>("slot", at: 120)
    /// The rest exists in 256-byte labels only.
    package static let alignment = Field<UInt8>("align", at: 124)
    package static let checksum = Field<UInt64>("checksum", at: 248)
  }

  /// Offsets of what is not an integer.
  package enum Offsets {
    package static let uuid = 0
    package static let name = 16
    package static let type = 128
    package static let abstraction = 144
    package static let reserved = 160..<248
  }

  /// Bytes of the name field, the NUL included.
  package static let nameSize = 64

  /// What `flags` can hold. Linux 6.1 evaluates none of them.
  package struct Flags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let readOnly = Flags(rawValue: 1)
    package static let local = Flags(rawValue: 2)
    package static let btt = Flags(rawValue: 4)
    package static let updating = Flags(rawValue: 8)
  }

  /// The label as it is on media: 128 or 256 bytes.
  package private(set) var bytes: [UInt8]

  /// The label in `slot` of an area with `geometry`. `area` must be as long as the geometry says.
  package init(slot: Int, of area: [UInt8], in geometry: LabelGeometry) {
    let offset = geometry.offset(ofSlot: slot)
    bytes = [UInt8](area[offset..<offset + geometry.labelSize])
  }

  /// A label of zeros, to be filled by a writer.
  package init(blank version: LabelVersion) { bytes = [UInt8](repeating: 0, count: version.labelSize) }

  /// A label of `version` that begins with `start`, as far as both have bytes for it.
  package init(_ version: LabelVersion, startingWith start: ArraySlice<UInt8>) {
    let kept = start.prefix(version.labelSize)
    bytes = kept + [UInt8](repeating: 0, count: version.labelSize - kept.count)
  }

  package subscript<Value>(field: Field<Value>) -> Value {
    get { bytes[field] }
    set { bytes[field] = newValue }
  }

  package var uuid: UUID {
    get { UUID(bytes, at: Offsets.uuid) }
    set { bytes.replaceSubrange(Offsets.uuid..<Offsets.uuid + 16, with: newValue.bytes) }
  }

  /// The bytes of the name, up to the NUL or the end of the field.
  package var nameBytes: [UInt8] {
    Array(bytes[Offsets.name..<Offsets.name + Self.nameSize].prefix { $0 != 0 })
  }

  /// The name; bytes that are not UTF-8 are replaced.
  package var name: String { String(decoding: nameBytes, as: UTF8.self) }

  package var flags: Flags {
    get { Flags(rawValue: bytes[Fields.flags]) }
    set { bytes[Fields.flags] = newValue.rawValue }
  }

  /// Where the label says it is: which slot.
  package var slot: UInt32 { bytes[Fields.slot] }
  package var dpa: UInt64 { bytes[Fields.dpa] }
  package var rawSize: UInt64 { bytes[Fields.rawSize] }
  package var cookie: UInt64 { bytes[Fields.cookie] }

  /// Whether the label is one of those that carry GUIDs and a checksum.
  package var isLong: Bool { bytes.count > 128 }

  /// The type GUID; nil in a 128-byte label.
  package var type: UUID? { isLong ? UUID(guid: bytes, at: Offsets.type) : nil }

  /// The abstraction GUID; nil in a 128-byte label.
  package var abstraction: UUID? { isLong ? UUID(guid: bytes, at: Offsets.abstraction) : nil }

  /// The checksum that the label ought to have; nil in a 128-byte label.
  package var expectedChecksum: UInt64? {
    isLong ? Fletcher64.checksum(bytes, zeroing: Fields.checksum) : nil
  }

  package var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

  /// Replaces the name. False, and nothing changed, where it does not fit with its NUL.
  package mutating func setName(_ name: String) -> Bool {
    let text = [UInt8](name.utf8)
    guard text.count < Self.nameSize, !text.contains(0) else { return false }
    let field = text + [UInt8](repeating: 0, count: Self.nameSize - text.count)
    bytes.replaceSubrange(Offsets.name..<Offsets.name + Self.nameSize, with: field)
    return true
  }

  /// Replaces the GUIDs; nothing happens to a 128-byte label.
  package mutating func set(type: UUID, abstraction: UUID) {
    guard isLong else { return }
    bytes.replaceSubrange(Offsets.type..<Offsets.type + 16, with: type.guidBytes)
    bytes.replaceSubrange(Offsets.abstraction..<Offsets.abstraction + 16, with: abstraction.guidBytes)
  }

  /// Makes this the label of `slot`, and sums it up where labels have a checksum.
  package mutating func seal(slot: Int) {
    self[Fields.slot] = UInt32(slot)
    if let sum = expectedChecksum { self[Fields.checksum] = sum }
  }
}
