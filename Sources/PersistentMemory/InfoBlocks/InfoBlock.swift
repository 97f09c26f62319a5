import Basics
public import FoundationEssentials

/// What BTT, PFN and DAX info blocks have in common: 4096 bytes that say how a namespace is used.
///
/// Source: Linux drivers/nvdimm/{btt,pfn}.h; UEFI 2.10, section 6 (Block Translation Table) for BTT.
public enum InfoBlock {
  /// Bytes of every info block.
  public static let size = 4096

  enum Fields {
    static let major = Field<UInt16>("major", at: 52)
    static let minor = Field<UInt16>("minor", at: 54)
    static let flags = Field<UInt32>("flags", at: 48)
    static let checksum = Field<UInt64>("checksum", at: 4088)
    static let uuid = 16
    static let parentUUID = 32
  }

  /// The structure that a block claims to be, by its sixteen signature bytes.
  public enum Signature: String, Sendable, CaseIterable {
    /// The info block of an arena of a block translation table.
    case btt = "BTT_ARENA_INFO"
    /// The superblock of an fsdax namespace.
    case pfn = "NVDIMM_PFN_INFO"
    /// The superblock of a devdax namespace.
    case dax = "NVDIMM_DAX_INFO"

    /// Sixteen bytes: the text and zeros.
    public var bytes: [UInt8] { Array(rawValue.utf8) + [UInt8](repeating: 0, count: 16 - rawValue.utf8.count) }

    /// The signature that `block` begins with, if it is one of these.
    public init?(of block: [UInt8]) {
      guard let found = Self.allCases.first(where: { block.starts(with: $0.bytes) }) else { return nil }
      self = found
    }
  }

  /// A zeroed block with signature, uuids and version in place; the checksum is still to be set.
  static func start(_ signature: Signature, uuid: UUID, parent: UUID, major: UInt16, minor: UInt16) -> [UInt8] {
    var block = signature.bytes + uuid.bytes + parent.bytes
    block += [UInt8](repeating: 0, count: size - block.count)
    block[Fields.major] = major
    block[Fields.minor] = minor
    return block
  }

  /// Stores the checksum over all 4096 bytes.
  static func seal(_ block: inout [UInt8]) {
    block[Fields.checksum] = Fletcher64.checksum(block, zeroing: Fields.checksum)
  }

  /// Whether the stored checksum is the one that the bytes give.
  public static func checksumHolds(_ block: [UInt8]) -> Bool {
    block.count == size && block[Fields.checksum] == Fletcher64.checksum(block, zeroing: Fields.checksum)
  }

  /// The block with another parent uuid, and otherwise unchanged.
  package static func adopting(_ block: [UInt8], parent: UUID) -> [UInt8] {
    renamed(block, uuid: names(in: block).uuid, parent: parent)
  }

  /// The uuids of `block` and of the label that it belongs to.
  package static func names(in block: [UInt8]) -> (uuid: UUID, parent: UUID) {
    (UUID(block, at: Fields.uuid), UUID(block, at: Fields.parentUUID))
  }

  /// The block with another uuid and another parent uuid, and otherwise unchanged.
  package static func renamed(_ block: [UInt8], uuid: UUID, parent: UUID) -> [UInt8] {
    var block = block
    block.replaceSubrange(Fields.uuid..<Fields.uuid + 16, with: uuid.bytes)
    block.replaceSubrange(Fields.parentUUID..<Fields.parentUUID + 16, with: parent.bytes)
    seal(&block)
    return block
  }
}

extension InfoBlock {
  /// Checks what all kinds of blocks have in common; returns what the block claims to be.
  static func examine(_ block: [UInt8]) throws(InfoBlockDefect) -> Signature {
    guard block.count == size else { throw .length(block.count) }
    guard let signature = Signature(of: block) else { throw .signature }
    let sum = Fletcher64.checksum(block, zeroing: Fields.checksum)
    guard block[Fields.checksum] == sum else { throw .checksum(stored: block[Fields.checksum], expected: sum) }
    return signature
  }

  /// The uuid of the label of the namespace that `block` says it belongs to; zero for one without labels.
  static func parent(of block: [UInt8]) -> UUID { UUID(block, at: Fields.parentUUID) }

  /// The defect of a version that Linux does not know.
  static func versionDefect(_ block: [UInt8]) -> InfoBlockDefect {
    .version(major: block[Fields.major], minor: block[Fields.minor])
  }
}

/// Why Linux does not use an info block that it finds, in the order in which it looks.
///
/// Source: Linux drivers/nvdimm/btt_devs.c `nd_btt_arena_is_valid` and `nd_btt_version`, pfn_devs.c
/// `nd_pfn_validate` (6.1).
public enum InfoBlockDefect: Error, Hashable, Sendable {
  /// Bytes given, where a block has 4096.
  case length(Int)
  /// The block begins with no signature of its kind.
  case signature
  /// The checksum is not that of the bytes.
  case checksum(stored: UInt64, expected: UInt64)
  /// A version that Linux does not know, or not at this place.
  case version(major: UInt16, minor: UInt16)
  /// The block belongs to the namespace with this label.
  case parent(UUID)
  /// `mode`: page structures are neither in the guest's memory nor in the namespace.
  case map(UInt32)
  /// `page_size`, which is more than the guest's, for page structures in the namespace.
  case pageSize(UInt32)
  /// `page_struct_size`, which is less than the guest's, for page structures in the namespace.
  case pageStructureSize(UInt16)
  /// Linux cannot map data with this value of `align`.
  case alignment(UInt32)
  /// `dataoff`, which lies outside of the namespace or is not aligned.
  case dataOffset(UInt64)
  /// The namespace, less `start_pad`, starts at this address.
  case misalignedStart(UInt64)
  /// The namespace, less `end_trunc`, ends at this address.
  case misalignedEnd(UInt64)

  /// Whether Linux ignores the block and shows a raw namespace; otherwise it shows no namespace.
  public var leavesRaw: Bool {
    switch self {
    case .length, .signature, .checksum, .version, .parent, .map: true
    case .pageSize, .pageStructureSize, .alignment, .dataOffset, .misalignedStart, .misalignedEnd: false
    }
  }
}
