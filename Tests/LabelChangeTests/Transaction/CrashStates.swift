import LabelChange

/// Every state in which a crash can leave a disk while steps are carried out on it.
///
/// Between two flushes, the writes before the first have arrived and those after the second have not. Any of the writes
/// in between may have arrived, in part or as a whole. At each of three granularities, this means all sets of the
/// changing units if they are few enough to list. Otherwise each write is torn at every changing unit, from its start
/// and from its end, with every set of the other writes. A change of length happens or does not; if a write extends the
/// disk, the length may arrive before the bytes.
struct CrashStates {
  #if DEBUG
    static let isRelease = false
  #else
    static let isRelease = true
  #endif

  /// The granularities in bytes. Debug builds, which are far slower, use only the largest.
  static let granularities = isRelease ? [512, 64, 8] : [512]

  /// The thoroughness of the enumeration.
  struct Depth: Sendable {
    let granularities: [Int]
    /// The largest number of units for which all sets are listed.
    let unitLimit: Int

    static let full = Depth(granularities: CrashStates.granularities, unitLimit: 9)
    /// Tears only at sectors, and few sets of them.
    static let brief = Depth(granularities: [512], unitLimit: 4)
  }

  let steps: [StorageStep]
  let depth: Depth

  /// Calls `visit` with each state. Returns the number of states.
  func visit(from start: SimulatedDisk, _ visit: (SimulatedDisk) throws -> Void) rethrows -> Int {
    var durable = start
    var count = 0
    for epoch in steps.split(separator: .flush) {
      try visitStates(of: Array(epoch), on: durable) { state in
        try visit(state)
        count += 1
      }
      durable = durable.applying(epoch)
    }
    try visit(durable)
    return count + 1
  }

  private func visitStates(
    of epoch: [StorageStep], on disk: SimulatedDisk, _ visit: (SimulatedDisk) throws -> Void
  ) rethrows {
    let writes = epoch.compactMap { step in step.writtenRange.map { Int($0.lowerBound)..<Int($0.upperBound) } }
    let whole = disk.applying(epoch)
    guard !writes.isEmpty else {
      for state in [disk, whole] { try visit(state) }
      return
    }
    precondition(writes.count == epoch.count, "lengths change in epochs of their own")
    var disk = disk
    if disk.length < whole.length {
      try visit(disk)
      disk.resize(to: whole.bytes.count)
    }
    for size in depth.granularities {
      let changed = writes.flatMap { Self.units(of: $0, size) }.filter { disk.bytes[$0] != whole.bytes[$0] }
      if changed.count <= depth.unitLimit {
        try Self.visitSets(of: changed, on: disk, whole, visit)
      } else {
        try Self.visitTears(of: writes, size, on: disk, whole, visit)
      }
    }
  }

  private static func visitSets(
    of units: [Range<Int>], on disk: SimulatedDisk, _ whole: SimulatedDisk, _ visit: (SimulatedDisk) throws -> Void
  ) rethrows {
    for set in 0..<1 << units.count {
      var state = disk
      for (number, unit) in units.enumerated() where set >> number & 1 == 1 { state.take(unit, of: whole) }
      try visit(state)
    }
  }

  private static func visitTears(
    of writes: [Range<Int>], _ size: Int, on disk: SimulatedDisk, _ whole: SimulatedDisk,
    _ visit: (SimulatedDisk) throws -> Void
  ) rethrows {
    for torn in writes.indices {
      let others = writes.indices.filter { $0 != torn }.map { writes[$0] }
      try visitSets(of: others, on: disk, whole) { state in
        // A tear within unchanged bytes is equivalent to a tear before or behind them.
        for unit in units(of: writes[torn], size) where disk.bytes[unit] != whole.bytes[unit] {
          for part in [writes[torn].lowerBound..<unit.lowerBound, unit.lowerBound..<writes[torn].upperBound] {
            var state = state
            state.take(part, of: whole)
            try visit(state)
          }
        }
      }
    }
  }

  /// Returns the units of `size` bytes that `range` touches, clipped to it.
  private static func units(of range: Range<Int>, _ size: Int) -> [Range<Int>] {
    stride(from: range.lowerBound / size * size, to: range.upperBound, by: size).map { start in
      (start..<start + size).clamped(to: range)
    }
  }
}
