public import Basics
public import FoundationEssentials

/// A namespace label: 128 bytes in version 1.1, 256 in version 1.2.
///
/// The label keeps its bytes as they are on media, so that rewriting a label preserves fields that this suite does not
/// know.
///
/// Source: UEFI 2.10, 13.19, "EFI_NVDIMM_LABEL"; Linux `struct nvdimm_efi_label`.
public struct NamespaceLabel: Hashable, Sendable {
  /// The integer fields, named as in Linux.
  public enum Fields {
    /// What is special about the label: ``NamespaceLabel/Flags``.
    public static let flags = Field<UInt32>("flags", at: 80)
    /// DIMMs in the interleave set, each of which has a label of the namespace.
    public static let setSize = Field<UInt16>("nlabel", at: 84)
    /// The place of the DIMM in the interleave set, from 0.
    public static let position = Field<UInt16>("position", at: 86)
    /// The cookie of the interleave set.
    public static let cookie = Field<UInt64>("isetcookie", at: 88)
    /// The sector size in bytes; 0 for none in particular.
    public static let sectorSize = Field<UInt64>("lbasize", at: 96)
    /// Where the namespace begins in the DIMM, in bytes.
    public static let dpa = Field<UInt64>("dpa", at: 104)
    /// Bytes that the namespace takes of the DIMM.
    public static let rawSize = Field<UInt64>("rawsize", at: 112)
    /// The label slot that the label is in.
    public static let slot = Field<UInt32>("slot", at: 120)
    /// A hint at the alignment, in 256-byte labels only; Linux writes 0.
    public static let alignment = Field<UInt8>("align", at: 124)
    /// Fletcher64 of the label with this field as zero, in 256-byte labels only.
    public static let checksum = Field<UInt64>("checksum", at: 248)
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

  /// What `flags` can hold. Linux evaluates none of them since 5.18, and LOCAL before.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// The bits as they are on media.
    public let rawValue: UInt32
    /// The flags of these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// The namespace is read-only.
    public static let readOnly = Flags(rawValue: 1)
    /// The namespace lies in this DIMM alone.
    public static let local = Flags(rawValue: 2)
    /// Kept for a use that is given up.
    public static let btt = Flags(rawValue: 4)
    /// The labels of the namespace are being changed.
    public static let updating = Flags(rawValue: 8)
  }

  /// The bytes of the label, as on media: 128 or 256 bytes.
  public private(set) var bytes: [UInt8]

  /// The label in `slot` of an area with `geometry`. `area` must be as long as the geometry says.
  package init(slot: Int, of area: SparseBytes, in geometry: LabelGeometry) {
    let offset = geometry.offset(ofSlot: slot)
    bytes = area.bytes(in: offset..<offset + geometry.labelSize)
  }

  /// A label of zeros, to be filled by a writer.
  package init(blank version: LabelVersion) { bytes = [UInt8](repeating: 0, count: version.labelSize) }

  /// A label of `version` that begins with `start`, as far as both have bytes for it.
  package init(_ version: LabelVersion, startingWith start: ArraySlice<UInt8>) {
    let kept = start.prefix(version.labelSize)
    bytes = kept + [UInt8](repeating: 0, count: version.labelSize - kept.count)
  }

  /// The value of an integer field, such as `Fields.dpa`.
  public package(set) subscript<Value>(field: Field<Value>) -> Value {
    get { bytes[field] }
    set { bytes[field] = newValue }
  }

  /// The uuid of the namespace.
  public package(set) var uuid: UUID {
    get { UUID(bytes, at: Offsets.uuid) }
    set { bytes.replaceSubrange(Offsets.uuid..<Offsets.uuid + 16, with: newValue.bytes) }
  }

  /// The bytes of the name, up to the NUL or the end of the field.
  public var nameBytes: [UInt8] {
    Array(bytes[Offsets.name..<Offsets.name + Self.nameSize].prefix { $0 != 0 })
  }

  /// The name; bytes that are not UTF-8 are replaced.
  public var name: String { String(decoding: nameBytes, as: UTF8.self) }

  /// The flags.
  public package(set) var flags: Flags {
    get { Flags(rawValue: bytes[Fields.flags]) }
    set { bytes[Fields.flags] = newValue.rawValue }
  }

  /// The label slot that the label says that it is in.
  public var slot: UInt32 { bytes[Fields.slot] }
  /// Where the namespace begins in the DIMM, in bytes.
  public var dpa: UInt64 { bytes[Fields.dpa] }
  /// Bytes that the namespace takes of the DIMM.
  public var rawSize: UInt64 { bytes[Fields.rawSize] }
  /// The cookie of the interleave set that the label belongs to.
  public var cookie: UInt64 { bytes[Fields.cookie] }

  /// Whether the label is one of those that carry GUIDs and a checksum.
  package var isLong: Bool { bytes.count > 128 }

  /// The type GUID; nil in a 128-byte label.
  public var type: UUID? { isLong ? UUID(guid: bytes, at: Offsets.type) : nil }

  /// The abstraction GUID; nil in a 128-byte label.
  public var abstraction: UUID? { isLong ? UUID(guid: bytes, at: Offsets.abstraction) : nil }

  /// The checksum that the label ought to have; nil in a 128-byte label.
  public var expectedChecksum: UInt64? {
    isLong ? Fletcher64.checksum(bytes, zeroing: Fields.checksum) : nil
  }

  /// Whether all bytes are zero.
  public var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

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

extension NamespaceLabel {
  /// Why Linux passes over a label although its slot is in use.
  public enum Defect: Hashable, Sendable {
    /// The label says that it belongs in another slot.
    case slot(stored: UInt32)
    /// The checksum is not that of the bytes.
    case checksum(stored: UInt64, expected: UInt64)
  }

  /// The first check of Linux 6.1 `slot_valid` that the label in `slot` fails; nil if it counts.
  public func defect(inSlot slot: Int) -> Defect? {
    guard self.slot == UInt32(slot) else { return .slot(stored: self.slot) }
    guard let expected = expectedChecksum, self[Fields.checksum] != expected else { return nil }
    return .checksum(stored: self[Fields.checksum], expected: expected)
  }
}
