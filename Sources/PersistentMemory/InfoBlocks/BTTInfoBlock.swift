import Basics
public import FoundationEssentials

/// The info block of one BTT arena: where data, map and log lie. Offsets are bytes from the arena's start.
///
/// Source: UEFI 2.10, section 6.3.1 (BTT Info Block); Linux drivers/nvdimm/btt.h `struct btt_sb`.
public struct BTTInfoBlock: Hashable, Sendable {
  /// The version of a block, which decides where in the namespace the first arena begins.
  public enum Version: UInt16, Sendable {
    /// Version 1.1, which lies 4096 bytes after the start of the namespace.
    case v1_1 = 1
    /// Version 2.0: at the start of the namespace.
    case v2_0 = 2

    var minor: UInt16 { self == .v1_1 ? 1 : 0 }
    /// Bytes of the namespace in front of the first arena.
    public var initialOffset: UInt64 { self == .v1_1 ? 4096 : 0 }
  }

  /// The version of the block.
  public let version: Version
  /// The uuid that the guest shows.
  public let uuid: UUID
  /// The uuid of the namespace's label; zero without a label.
  public let parent: UUID
  /// How the arena is divided.
  public let arena: BTTArena

  package init(version: Version, uuid: UUID, parent: UUID, arena: BTTArena) {
    self.version = version
    self.uuid = uuid
    self.parent = parent
    self.arena = arena
  }

  enum Fields {
    static let externalSectorSize = Field<UInt32>("external_lbasize", at: 56)
    static let externalSectors = Field<UInt32>("external_nlba", at: 60)
    static let internalSectorSize = Field<UInt32>("internal_lbasize", at: 64)
    static let internalSectors = Field<UInt32>("internal_nlba", at: 68)
    static let freeBlocks = Field<UInt32>("nfree", at: 72)
    static let infoSize = Field<UInt32>("infosize", at: 76)
    static let next = Field<UInt64>("nextoff", at: 80)
    static let data = Field<UInt64>("dataoff", at: 88)
    static let map = Field<UInt64>("mapoff", at: 96)
    static let log = Field<UInt64>("logoff", at: 104)
    static let backup = Field<UInt64>("info2off", at: 112)
  }

  /// The block as it lies on the media, twice in each arena.
  package var encoded: [UInt8] {
    var block = InfoBlock.start(.btt, uuid: uuid, parent: parent, major: version.rawValue, minor: version.minor)
    block[Fields.externalSectorSize] = arena.externalSectorSize
    block[Fields.externalSectors] = arena.externalSectors
    block[Fields.internalSectorSize] = arena.internalSectorSize
    block[Fields.internalSectors] = arena.internalSectors
    block[Fields.freeBlocks] = BTTArena.freeBlocks
    block[Fields.infoSize] = UInt32(InfoBlock.size)
    block[Fields.next] = arena.nextOffset
    block[Fields.data] = arena.dataOffset
    block[Fields.map] = arena.mapOffset
    block[Fields.log] = arena.logOffset
    block[Fields.backup] = arena.backupOffset
    InfoBlock.seal(&block)
    return block
  }
}

extension BTTInfoBlock {
  /// Reads the info block of an arena that starts `start` bytes after the first arena.
  ///
  /// Throws only the defects because of which Linux ignores the block. Linux trusts all other fields, which
  /// `differences(from:)` checks.
  public init(reading block: [UInt8], at start: UInt64 = 0) throws(InfoBlockDefect) {
    guard try InfoBlock.examine(block) == .btt else { throw .signature }
    guard let version = Version(rawValue: block[InfoBlock.Fields.major]), version.minor == block[InfoBlock.Fields.minor]
    else { throw InfoBlock.versionDefect(block) }
    self.init(
      version: version, uuid: UUID(block, at: InfoBlock.Fields.uuid),
      parent: UUID(block, at: InfoBlock.Fields.parentUUID), arena: BTTArena(stored: block, at: start))
  }

  /// What keeps Linux from using the block in the namespace with the label `parent`; nil if it uses it.
  public func defect(parent: UUID) -> InfoBlockDefect? {
    self.parent == .zero || self.parent == parent ? nil : .parent(self.parent)
  }

  /// The names of the fields in which the block differs from `expected`, such as the arena that Linux would lay out.
  package func differences(from expected: BTTInfoBlock) -> [String] {
    let (ours, theirs) = (encoded, expected.encoded)
    let words = [
      Fields.externalSectorSize, Fields.externalSectors, Fields.internalSectorSize, Fields.internalSectors,
    ].filter { ours[$0] != theirs[$0] }.map(\.name)
    let offsets = [Fields.next, Fields.data, Fields.map, Fields.log, Fields.backup].filter { ours[$0] != theirs[$0] }
    return words + offsets.map(\.name)
  }
}
