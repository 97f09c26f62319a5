import Basics

/// The walk over a table's arenas that Linux makes before it shows the disk.
///
/// Source: Linux 6.1 drivers/nvdimm/btt.c, `discover_arenas`, `btt_freelist_init`.
struct BTTScan {
  /// Sectors of the disk, or why there is none.
  let outcome: Result<UInt64, BTTDefect>

  /// Walks the arenas of `namespace`, of which the first starts at `initialOffset`.
  init<Failure: Error>(
    of namespace: NamespaceExtent, behind initialOffset: UInt64,
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    guard namespace.size - initialOffset >= BTTArena.minimumSize else {
      outcome = .failure(.tooSmall)
      return
    }
    var sectors: UInt64 = 0
    var start = initialOffset
    var remaining = namespace.size - initialOffset
    // A table that was laid out has no more; one that was not must not keep us reading for ever.
    var limit = namespace.size / BTTArena.minimumSize + 1
    while remaining > 0 {
      guard limit > 0 else {
        outcome = .failure(.arenas)
        return
      }
      limit -= 1
      switch try Self.arena(at: start, of: namespace, read: read) {
      case .failure(let defect):
        outcome = .failure(defect)
        return
      case .success(let arena):
        sectors = sectors &+ UInt64(arena.externalSectors)
        guard arena.nextOffset > 0 else {
          outcome = .success(sectors)
          return
        }
        remaining = remaining &- arena.size
        start = start &+ arena.size
      }
    }
    outcome = .success(sectors)
  }

  private static func arena<Failure: Error>(
    at start: UInt64, of namespace: NamespaceExtent, read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> Result<BTTArena, BTTDefect> {
    func bytes(at offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]? {
      guard count <= namespace.size, offset <= namespace.size - UInt64(count) else { return nil }
      return try read(offset, count)
    }
    guard let block = try bytes(at: start, InfoBlock.size) else { return .failure(.outside(arena: start)) }
    if let defect = defect(of: block, in: namespace) { return .failure(.infoBlock(defect, arena: start)) }
    let arena = BTTArena(stored: block, at: start)
    let lanes = block[BTTInfoBlock.Fields.freeBlocks]
    guard arena.externalSectorSize > 0 else { return .failure(.noSectorSize) }
    guard (BTTArena.freeBlocks...BTTLog.laneLimit).contains(lanes) else {
      return .failure(.freeBlocks(lanes, arena: start))
    }
    guard let log = try bytes(at: start &+ arena.logOffset, Int(lanes) * BTTLog.groupSize) else {
      return .failure(.outside(arena: start))
    }
    switch BTTLog.pendingSectors(in: log) {
    case .failure(let corruption): return .failure(.log(lane: corruption.lane, arena: start))
    case .success(let sectors):
      // The kernel looks up the map for the last write of each lane.
      let entries = sectors.map { start &+ arena.mapOffset &+ UInt64($0 &* 4) }
      let isInside = entries.allSatisfy { $0 <= namespace.size - 4 }
      return isInside ? .success(arena) : .failure(.outside(arena: start))
    }
  }

  /// `nd_btt_arena_is_valid`; the version counts in the first arena alone.
  private static func defect(of block: [UInt8], in namespace: NamespaceExtent) -> InfoBlockDefect? {
    do throws(InfoBlockDefect) {
      guard try InfoBlock.examine(block) == .btt else { throw .signature }
      let parent = InfoBlock.parent(of: block)
      guard parent == .zero || parent == namespace.uuid else { throw .parent(parent) }
      return nil
    } catch { return error }
  }
}

/// Why Linux does not take over a namespace whose first info block says that it has a translation table.
///
/// Source: Linux 6.1 drivers/nvdimm/btt.c, `nvdimm_namespace_attach_btt`, `discover_arenas`.
public enum BTTDefect: Error, Hashable, Sendable {
  /// `external_lbasize` is 0.
  case noSectorSize
  /// The space after the version's initial offset is smaller than the smallest arena.
  case tooSmall
  /// An arena's info block, map or log lies outside of the namespace; `arena` is its offset in the namespace.
  case outside(arena: UInt64)
  /// The info block of an arena other than the first one.
  case infoBlock(InfoBlockDefect, arena: UInt64)
  /// `nfree`, of which the kernel wants one for each of its 256 lanes, and for which it finds no memory above 65536.
  case freeBlocks(UInt32, arena: UInt64)
  /// The log of `lane` contradicts itself, or that of another lane.
  case log(lane: UInt32, arena: UInt64)
  /// More arenas than can lie in the namespace.
  case arenas
}
