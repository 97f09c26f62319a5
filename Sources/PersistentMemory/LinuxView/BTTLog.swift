import Basics

/// The log of a BTT arena: for each lane the last two writes, of which one names the block that is free now.
///
/// Source: Linux 6.1 drivers/nvdimm/btt.c `log_set_indices`, `btt_log_get_old`, `btt_freelist_init`; btt.h
/// `struct log_group`.
enum BTTLog {
  /// Bytes of a lane's group: four entries, of which two are in use.
  static let groupSize = 64
  private static let entrySize = 16
  /// Lanes for which the kernel can allocate its locks: `KMALLOC_MAX_SIZE` over 64 bytes each.
  static let laneLimit: UInt32 = 65536

  struct Corruption: Error {
    let lane: UInt32
  }

  private struct Entry {
    let sector: UInt32
    let oldMap: UInt32
    let newMap: UInt32
    let sequence: UInt32

    init(_ log: [UInt8], at offset: Int) {
      sector = log.load(at: offset)
      oldMap = log.load(at: offset + 4)
      newMap = log.load(at: offset + 8)
      sequence = log.load(at: offset + 12)
    }

    /// Whether this is one of the two entries that the layout in use leaves zero.
    var isPadding: Bool { sector == 0 && oldMap == 0 && newMap == 0 && sequence == 0 }
  }

  /// The sectors whose map entries the kernel reads to find out whether their last write came to its end.
  ///
  /// `log` holds a whole number of groups.
  static func pendingSectors(in log: [UInt8]) -> Result<[UInt32], Corruption> {
    let lanes = stride(from: 0, to: log.count, by: groupSize).map { group in
      (0..<4).map { Entry(log, at: group + $0 * entrySize) }
    }
    let second: Int
    switch secondEntry(of: lanes) {
    case .failure(let corruption): return .failure(corruption)
    case .success(let index): second = index
    }
    var pending: [UInt32] = []
    for (lane, entries) in lanes.enumerated() {
      let pair = [entries[0], entries[second]]
      guard let old = olderEntry(pair[0].sequence, pair[1].sequence) else {
        return .failure(Corruption(lane: UInt32(lane)))
      }
      let last = pair[1 - old]
      // The upper two bits are flags.
      if (last.oldMap ^ last.newMap) << 2 != 0 { pending.append(last.sector) }
    }
    return .success(pending)
  }

  /// Which entry is in use beside the first one: the second, or in tables of older kernels the third.
  private static func secondEntry(of lanes: [[Entry]]) -> Result<Int, Corruption> {
    var used: [Int] = []
    var isInitial = true
    for (lane, entries) in lanes.enumerated() {
      var padding = 0
      for (index, entry) in entries.enumerated() {
        if used.count < 2 {
          if entry.isPadding {
            padding += 1
          } else if used.first != index {
            used.append(index)
          }
        } else if entry.isPadding ? index == used[0] : !used.contains(index) {
          return .failure(Corruption(lane: UInt32(lane)))
        }
      }
      if padding < 3 { isInitial = false }
    }
    if isInitial { used = used.prefix(1) + [1] }
    guard used == [0, 1] || used == [0, 2] else { return .failure(Corruption(lane: 0)) }
    return .success(used[1])
  }

  /// The index of the older of two entries with these sequence numbers; nil if the numbers cannot occur together.
  private static func olderEntry(_ first: UInt32, _ second: UInt32) -> Int? {
    // A lane that was never used.
    if first == 0 { return 0 }
    guard first != second, first &+ second <= 5 else { return nil }
    if first < second { return second - first == 1 ? 0 : 1 }
    return first - second == 1 ? 1 : 0
  }
}
