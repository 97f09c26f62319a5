import Basics

/// The lines of a DIMM's media that give an error where they are read: whole lines, ascending, none beside another.
///
/// A guest may add and remove at will, so there is a limit to how many ranges are kept.
public struct MediaErrors: Sendable, Equatable {
  /// Bytes that fail, and are cleared, together, as on Optane.
  public static let lineSize: UInt64 = 256
  /// The most ranges that one DIMM keeps.
  package static let limit = 4096

  /// DPA ranges.
  public private(set) var ranges: [Range<UInt64>] = []

  public init() {}

  public var isEmpty: Bool { ranges.isEmpty }
  /// The bytes of all lines.
  public var size: UInt64 { ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) } }

  /// The lines that `range` touches.
  package static func lines(of range: Range<UInt64>) -> Range<UInt64> {
    range.lowerBound.alignedDown(to: lineSize)..<(range.upperBound.alignedUp(to: lineSize) ?? range.upperBound)
  }

  /// Adds every line that `range` touches; false, and nothing added, where that would be more than are kept.
  package mutating func insert(_ range: Range<UInt64>) -> Bool {
    guard !range.isEmpty else { return true }
    let lines = Self.lines(of: range)
    // Neighbours become one with it.
    let first = ranges.partitioningIndex { $0.upperBound >= lines.lowerBound }
    let end = ranges.partitioningIndex { $0.lowerBound > lines.upperBound }
    let touched = ranges[first..<end]
    guard ranges.count - touched.count < Self.limit else { return false }
    let lower = min(touched.first?.lowerBound ?? lines.lowerBound, lines.lowerBound)
    let upper = max(touched.last?.upperBound ?? lines.upperBound, lines.upperBound)
    ranges.replaceSubrange(first..<end, with: [lower..<upper])
    return true
  }

  /// Removes every line that `range` touches; false, and nothing removed, where more ranges would be left than are kept.
  package mutating func remove(_ range: Range<UInt64>) -> Bool {
    guard !range.isEmpty else { return true }
    let lines = Self.lines(of: range)
    let (first, end) = indices(in: lines)
    guard first < end else { return true }
    let left = [
      ranges[first].lowerBound..<max(ranges[first].lowerBound, lines.lowerBound),
      min(ranges[end - 1].upperBound, lines.upperBound)..<ranges[end - 1].upperBound,
    ].filter { !$0.isEmpty }
    guard ranges.count - (end - first) + left.count <= Self.limit else { return false }
    ranges.replaceSubrange(first..<end, with: left)
    return true
  }

  /// What of the lines lies in `range`.
  package func within(_ range: Range<UInt64>) -> [Range<UInt64>] {
    let (first, end) = indices(in: range)
    return ranges[first..<end].map { $0.clamped(to: range) }
  }

  /// The parts of a region of `size` bytes without the pages, of `pageSize` bytes each, that hold a line: DPA ranges,
  /// ascending.
  package func soundParts(of size: UInt64, pageSize: UInt64) -> [Range<UInt64>] {
    var parts: [Range<UInt64>] = []
    var start: UInt64 = 0
    for range in within(0..<size) {
      let end = range.lowerBound.alignedDown(to: pageSize)
      if start < end { parts.append(start..<end) }
      start = range.upperBound.alignedUp(to: pageSize) ?? size
    }
    return start < size ? parts + [start..<size] : parts
  }

  /// Where the ranges are that overlap `range`.
  private func indices(in range: Range<UInt64>) -> (Int, Int) {
    let first = ranges.partitioningIndex { $0.upperBound > range.lowerBound }
    return (first, max(first, ranges.partitioningIndex { $0.lowerBound >= range.upperBound }))
  }
}

extension [Range<UInt64>] {
  /// The index of the first element, of those that ascend, for which `isBehind` holds.
  fileprivate func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// What a DIMM has been through: all of its state but the data on it.
public struct DIMMCondition: Sendable, Equatable {
  /// DPA ranges that cannot be read.
  public package(set) var errors = MediaErrors()
  public package(set) var health = DIMMHealth()
  public package(set) var security = DIMMSecurity()
  public package(set) var firmware = DIMMFirmware()
  /// Whether a shutdown that goes wrong is to be counted from now on: the guest relies on it.
  package var isShutdownLatched = false

  public init() {}
}
