import Basics
package import FoundationEssentials

/// What BTT, PFN and DAX info blocks have in common: 4096 bytes that say how a namespace is used.
///
/// Source: Linux drivers/nvdimm/{btt,pfn}.h; UEFI 2.10, section 6 (Block Translation Table) for BTT.
package enum InfoBlock {
  /// Bytes of every info block.
  package static let size = 4096

  enum Fields {
    static let major = Field<UInt16>("major", at: 52)
    static let minor = Field<UInt16>("minor", at: 54)
    static let flags = Field<UInt32>("flags", at: 48)
    static let checksum = Field<UInt64>("checksum", at: 4088)
    static let uuid = 16
    static let parentUUID = 32
  }

  /// The structure that a block claims to be, by its sixteen signature bytes.
  package enum Signature: String, Sendable, CaseIterable {
    case btt = "BTT_ARENA_INFO"
    case pfn = "NVDIMM_PFN_INFO"
    case dax = "NVDIMM_DAX_INFO"

    /// Sixteen bytes: the text and zeros.
    package var bytes: [UInt8] { Array(rawValue.utf8) + [UInt8](repeating: 0, count: 16 - rawValue.utf8.count) }

    /// The signature that `block` begins with, if it is one of these.
    package init?(of block: [UInt8]) {
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
  package static func checksumHolds(_ block: [UInt8]) -> Bool {
    block.count == size && block[Fields.checksum] == Fletcher64.checksum(block, zeroing: Fields.checksum)
  }

  /// The block with another parent, and otherwise as it is.
  package static func adopting(_ block: [UInt8], parent: UUID) -> [UInt8] {
    var block = block
    block.replaceSubrange(Fields.parentUUID..<Fields.parentUUID + 16, with: parent.bytes)
    seal(&block)
    return block
  }
}
