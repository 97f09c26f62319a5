import LabelChange

/// Every state in which a crash can leave a disk while steps are carried out on it.
///
/// Between two flushes, what was written before the first is there and what comes after the second is not. Of the
/// writes between them any may have arrived, in part or in whole: at each of three granularities, all sets of the units
/// that change where those are few enough to be listed, and else each write torn at every unit that changes, from its
/// start and from its end, with every set of the others. A change of length happens or does not; where a write makes the
/// disk longer, the length may arrive before the bytes.
struct CrashStates {
  #if DEBUG
    static let isRelease = false
  #else
    static let isRelease = true
  #endif

  /// In bytes. Builds for debugging, which are far slower, do with the largest.
  static let granularities = isRelease ? [512, 64, 8] : [512]

  /// How much is asked for.
  struct Depth: Sendable {
    let granularities: [Int]
    /// Units of which all sets are listed.
    let unitLimit: Int

    static let full = Depth(granularities: CrashStates.granularities, unitLimit: 9)
    /// Tears at sectors alone, and few sets of them.
    static let brief = Depth(granularities: [512], unitLimit: 4)
  }

  let steps: [StorageStep]
  let depth: Depth

  /// Calls `visit` with each state; answers how many there were.
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
        // A tear in the midst of what does not change is a tear before or behind it.
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

  /// The units of `size` bytes that `range` touches, cut to it.
  private static func units(of range: Range<Int>, _ size: Int) -> [Range<Int>] {
    stride(from: range.lowerBound / size * size, to: range.upperBound, by: size).map { start in
      (start..<start + size).clamped(to: range)
    }
  }
}
