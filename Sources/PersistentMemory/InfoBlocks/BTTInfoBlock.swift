import Basics
package import FoundationEssentials

/// The info block of one BTT arena: where data, map and log lie. Offsets are bytes from the arena's start.
///
/// Source: UEFI 2.10, section 6.3.1 (BTT Info Block); Linux drivers/nvdimm/btt.h `struct btt_sb`.
package struct BTTInfoBlock: Hashable, Sendable {
  /// 1.1 lies 4 KiB into the namespace, 2.0 at its start.
  package enum Version: UInt16, Sendable {
    case v1_1 = 1
    case v2_0 = 2

    var minor: UInt16 { self == .v1_1 ? 1 : 0 }
    /// Bytes of the namespace in front of the first arena.
    package var initialOffset: UInt64 { self == .v1_1 ? 4096 : 0 }
  }

  package let version: Version
  package let uuid: UUID
  /// The uuid of the namespace's label; zero where there is none.
  package let parent: UUID
  package let arena: BTTArena

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
