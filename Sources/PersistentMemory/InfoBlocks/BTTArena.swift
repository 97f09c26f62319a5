import Basics

/// How one BTT arena of up to 512 GiB is divided: info block, data, map, log, backup of the info block.
///
/// Source: UEFI 2.10, section 6.3 (BTT Layout Rules); Linux drivers/nvdimm/btt.c `alloc_arena`, `create_arenas`.
public struct BTTArena: Hashable, Sendable {
  /// Bytes of the largest arena: 512 GiB.
  public static let maximumSize: UInt64 = 1 << 39
  /// Bytes of the smallest arena: 16 MiB.
  public static let minimumSize: UInt64 = 1 << 24
  /// Blocks that are always free for the next write, one for each lane.
  public static let freeBlocks: UInt32 = 256

  private static let page: UInt64 = 4096
  private static let mapEntrySize: UInt64 = 4
  private static let logGroupSize: UInt64 = 64
  /// Internal sectors are padded to a multiple of this.
  private static let internalAlignment: UInt64 = 64

  /// Bytes from the first arena's start to this one's.
  public let start: UInt64
  /// Bytes of the arena.
  public let size: UInt64
  /// The size of a sector as the block device shows it; 512 to 4224 bytes.
  public let externalSectorSize: UInt32
  /// Sectors that the block device shows.
  public let externalSectors: UInt32
  /// Bytes that a sector takes on media.
  public let internalSectorSize: UInt32
  /// Sectors on media, the free ones included.
  public let internalSectors: UInt32
  /// Distance to the next arena; 0 in the last one.
  public let nextOffset: UInt64
  /// Where data begins, in bytes from the start of the arena.
  public let dataOffset: UInt64
  /// Where the map begins, in bytes from the start of the arena.
  public let mapOffset: UInt64
  /// Where the log begins, in bytes from the start of the arena.
  public let logOffset: UInt64
  /// Where the copy of the info block is, in bytes from the start of the arena.
  public let backupOffset: UInt64

  /// The arenas in `available` bytes (the namespace minus the version's initial offset), in order.
  ///
  /// Empty if the space is smaller than one arena of 16 MiB. Space after the last arena is unused.
  public static func arenas(in available: UInt64, sectorSize: UInt32) -> [BTTArena] {
    var arenas: [BTTArena] = []
    var remaining = available
    while remaining >= minimumSize {
      let size = min(maximumSize, remaining)
      remaining -= size
      let isLast = remaining < minimumSize
      arenas.append(
        BTTArena(start: available - remaining - size, size: size, sectorSize: sectorSize, isLast: isLast))
    }
    return arenas
  }

  private init(start: UInt64, size: UInt64, sectorSize: UInt32, isLast: Bool) {
    self.start = start
    self.size = size
    externalSectorSize = sectorSize
    let padded =
      UInt64(sectorSize) + (Self.internalAlignment - UInt64(sectorSize) % Self.internalAlignment)
      % Self.internalAlignment
    let logSize = UInt64(Self.freeBlocks) * Self.logGroupSize
    let available = size.alignedDown(to: Self.page) - 2 * Self.page - logSize
    let blocks = (available - Self.page) / (padded + Self.mapEntrySize)
    let visible = blocks - UInt64(Self.freeBlocks)
    let mapSize = (visible * Self.mapEntrySize + Self.page - 1).alignedDown(to: Self.page)
    internalSectorSize = UInt32(padded)
    internalSectors = UInt32(blocks)
    externalSectors = UInt32(visible)
    nextOffset = isLast ? 0 : size
    dataOffset = Self.page
    mapOffset = dataOffset + available - mapSize
    logOffset = mapOffset + mapSize
    backupOffset = logOffset + logSize
  }

  /// The arena that an info block describes, whether or not the description makes sense.
  init(stored block: [UInt8], at start: UInt64) {
    self.start = start
    externalSectorSize = block[BTTInfoBlock.Fields.externalSectorSize]
    externalSectors = block[BTTInfoBlock.Fields.externalSectors]
    internalSectorSize = block[BTTInfoBlock.Fields.internalSectorSize]
    internalSectors = block[BTTInfoBlock.Fields.internalSectors]
    nextOffset = block[BTTInfoBlock.Fields.next]
    dataOffset = block[BTTInfoBlock.Fields.data]
    mapOffset = block[BTTInfoBlock.Fields.map]
    logOffset = block[BTTInfoBlock.Fields.log]
    backupOffset = block[BTTInfoBlock.Fields.backup]
    // The backup is the last page; a damaged block can name any offset.
    size = nextOffset == 0 ? backupOffset &+ Self.page : nextOffset
  }

  /// The log of a new arena: each lane owns one of the blocks after the visible ones.
  ///
  /// A lane's group has four entries of `lba, old_map, new_map, seq`; only the first is written.
  package var initialLog: [UInt8] {
    var log: [UInt8] = []
    for lane in 0..<Self.freeBlocks {
      let block = externalSectors &+ lane
      for word in [lane, block, block, 1] { log.append(littleEndian: word) }
      log += [UInt8](repeating: 0, count: Int(Self.logGroupSize) - 16)
    }
    return log
  }
}
