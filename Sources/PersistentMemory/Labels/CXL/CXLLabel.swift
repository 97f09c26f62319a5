package import Basics
public import FoundationEssentials

/// A label of a CXL memory device: 256 bytes that begin with the UUID of their kind.
///
/// No cookie ties it to a set: a region label names the interleave set by its own uuid, and a namespace label
/// names the region that it lies in. UUIDs, that of the abstraction too, are stored in the order as printed.
///
/// Source: CXL 2.0, 9.13.2; Linux `struct cxl_region_label`, `struct nvdimm_cxl_label`.
public struct CXLLabel: Hashable, Sendable {
  /// What a label describes, by the UUID that it begins with.
  public enum Kind: String, CaseIterable, Sendable {
    /// A region: an interleave set of devices, or a part of one device.
    case region
    /// A namespace in a region.
    case namespace

    /// The UUID that labels of the kind begin with.
    public var uuid: UUID {
      switch self {
      case .region: UUID("529d7c61-da07-47c4-a93f-ecdf2c06f444")
      case .namespace: UUID("68bb2c0a-5a77-4937-9f85-3caf41a0f93c")
      }
    }
  }

  /// The fields of a region label.
  package enum RegionFields {
    package static let flags = Field<UInt32>("flags", at: 32)
    package static let setSize = Field<UInt16>("nlabel", at: 36)
    package static let position = Field<UInt16>("position", at: 38)
    package static let dpa = Field<UInt64>("dpa", at: 40)
    package static let rawSize = Field<UInt64>("rawsize", at: 48)
    /// Where the host should map the region; 0 or all ones: anywhere.
    package static let hpa = Field<UInt64>("hpa", at: 56)
    package static let slot = Field<UInt32>("slot", at: 64)
    /// Consecutive bytes on one device: 256 shifted left by this.
    package static let granularity = Field<UInt32>("ig", at: 68)
    /// The alignment, in units of 256 MiB.
    package static let alignment = Field<UInt32>("align", at: 72)
    static let reserved = 76..<248
  }

  /// The fields of a namespace label.
  package enum NamespaceFields {
    package static let flags = Field<UInt32>("flags", at: 96)
    package static let rangeCount = Field<UInt16>("nrange", at: 100)
    package static let position = Field<UInt16>("position", at: 102)
    package static let dpa = Field<UInt64>("dpa", at: 104)
    package static let rawSize = Field<UInt64>("rawsize", at: 112)
    package static let slot = Field<UInt32>("slot", at: 120)
    /// The alignment, in units of 256 MiB.
    package static let alignment = Field<UInt32>("align", at: 124)
    package static let sectorSize = Field<UInt16>("lbasize", at: 160)
    static let reserved = 162..<248
  }

  package static let size = 256
  package static let checksum = Field<UInt64>("checksum", at: 248)

  enum Offsets {
    static let kind = 0
    static let uuid = 16
    static let name = 32
    static let nameSize = 64
    static let region = 128
    static let abstraction = 144
  }

  /// The bytes of the label, as on media: 256 bytes.
  public let bytes: [UInt8]
  /// What the label describes; nil for a label of neither kind, whose fields are not known.
  public let kind: Kind?

  /// `bytes` must be 256.
  package init(_ bytes: [UInt8]) {
    precondition(bytes.count == Self.size, "not a CXL label")
    self.bytes = bytes
    let uuid = UUID(bytes, at: Offsets.kind)
    kind = Kind.allCases.first { $0.uuid == uuid }
  }

  package subscript<Value>(field: Field<Value>) -> Value { bytes[field] }

  /// The UUID that the label begins with.
  public var kindUUID: UUID { UUID(bytes, at: Offsets.kind) }
  /// The uuid of the region or namespace.
  public var uuid: UUID { UUID(bytes, at: Offsets.uuid) }
  /// Whether all bytes are zero.
  public var isZero: Bool { bytes.allSatisfy { $0 == 0 } }
  /// The checksum that the label ought to have.
  public var expectedChecksum: UInt64 { Fletcher64.checksum(bytes, zeroing: Self.checksum) }

  /// `field` of a region label or `other` of a namespace label; nil where the kind is not known.
  private func value<Value>(_ field: Field<Value>, or other: Field<Value>) -> Value? {
    kind.map { bytes[$0 == .region ? field : other] }
  }

  /// The label slot that the label is in.
  public var slot: UInt32? { value(RegionFields.slot, or: NamespaceFields.slot) }
  /// What is special about the label: 8 while it is changed.
  public var flags: UInt32? { value(RegionFields.flags, or: NamespaceFields.flags) }
  /// The place of the device in the interleave set, or of the range among those of the namespace's ranges.
  public var position: UInt16? { value(RegionFields.position, or: NamespaceFields.position) }
  /// Devices in the interleave set, or ranges of the namespace.
  public var count: UInt16? { value(RegionFields.setSize, or: NamespaceFields.rangeCount) }
  /// Where the region or namespace begins in the device, in bytes.
  public var dpa: UInt64 { value(RegionFields.dpa, or: NamespaceFields.dpa) ?? 0 }
  /// Bytes that the region or namespace takes of the device.
  public var rawSize: UInt64 { value(RegionFields.rawSize, or: NamespaceFields.rawSize) ?? 0 }
  /// The alignment, in units of 256 MiB.
  public var alignment: UInt32? { value(RegionFields.alignment, or: NamespaceFields.alignment) }

  /// The bytes of a namespace's name, up to the NUL or the end of the field; none for a region.
  public var nameBytes: [UInt8] {
    guard kind == .namespace else { return [] }
    return Array(bytes[Offsets.name..<Offsets.name + Offsets.nameSize].prefix { $0 != 0 })
  }

  /// The name of a namespace; bytes that are not UTF-8 are replaced.
  public var name: String { String(decoding: nameBytes, as: UTF8.self) }

  /// The region that a namespace lies in.
  public var regionUUID: UUID? { kind == .namespace ? UUID(bytes, at: Offsets.region) : nil }
  /// The abstraction GUID of a namespace.
  public var abstraction: UUID? { kind == .namespace ? UUID(bytes, at: Offsets.abstraction) : nil }

  /// The first and the last address (DPA) in the device; nil if the size is 0 or an address exceeds 64 bits.
  public var extent: ClosedRange<UInt64>? {
    let (last, wraps) = dpa.addingReportingOverflow(rawSize &- 1)
    return rawSize > 0 && !wraps ? dpa...last : nil
  }
}

extension LabelArea {
  /// The label in `slot` as CXL devices have them; nil beyond the slots, and in an area of 128-byte labels.
  public func cxlLabel(in slot: Int) -> CXLLabel? {
    guard geometry.labelSize == CXLLabel.size, (0..<geometry.slotLimit).contains(slot) else { return nil }
    let offset = geometry.offset(ofSlot: slot)
    return CXLLabel(bytes.bytes(in: offset..<offset + CXLLabel.size))
  }

  /// Slots whose label is of a known kind and says that it belongs there, whatever the index says.
  public var occupiedCXLSlots: [Int] {
    (0..<geometry.slotLimit).filter { slot in cxlLabel(in: slot)?.slot == UInt32(slot) }
  }

  /// Whether the index says that the labels are those of a CXL device.
  public var claimsCXL: Bool { indexes.current?.version == .cxl2_1 }

  /// Whether all labels are such as Linux writes to a CXL device: those of an NVDIMM of version 1.2 without a type. A
  /// region label in slot 0 can be read as one of them, but for the UUID that it begins with.
  package var isOfCXLRegion: Bool {
    let labels = validLabels
    let kinds = CXLLabel.Kind.allCases.map(\.uuid)
    return !labels.isEmpty
      && labels.allSatisfy { $0.type == .zero && !$0.isZero && !kinds.contains($0.uuid) }
  }

  /// The cookie that most of the labels have; 0 without labels.
  package var commonCookie: UInt64 {
    let counts = validLabels.reduce(into: [UInt64: Int]()) { $0[$1.cookie, default: 0] += 1 }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
  }

  /// The number of the CXL device that wrote the labels, as far as their cookie tells: it does not where the region is
  /// one of several devices.
  package var cxlSerialNumber: UInt64? {
    guard validLabels.allSatisfy({ $0[NamespaceLabel.Fields.setSize] == 1 }) else { return nil }
    return InterleaveSetCookie(ofCXLDevice: commonCookie).cxlSerialNumber
  }
}
