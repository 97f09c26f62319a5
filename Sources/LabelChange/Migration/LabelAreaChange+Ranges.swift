extension LabelAreaChange {
  /// Bytes that lie between two differences and still count as one range: less than the smallest label.
  private static let mergedGap = 128

  /// Every range of the backend whose bytes change, ascending, in bytes from its start.
  ///
  /// An area that stays in its place changes where its bytes differ; one that moves, or is born, as a whole.
  package var ranges: [Range<UInt64>] {
    var ranges = rewrites.flatMap { Self.differences($0.before, $0.after, at: $0.offset) }
    if let after {
      let isInPlace = before?.offset == after.offset && before?.bytes.count == after.bytes.count
      ranges +=
        isInPlace ? Self.differences(before?.bytes ?? [], after.bytes, at: after.offset) : [after.offset..<after.end]
    }
    return ranges.sorted { $0.lowerBound < $1.lowerBound }
  }

  private static func differences(_ before: [UInt8], _ after: [UInt8], at offset: UInt64) -> [Range<UInt64>] {
    var ranges: [Range<Int>] = []
    for index in after.indices where before[index] != after[index] {
      if let last = ranges.last, index - last.upperBound < mergedGap {
        ranges[ranges.count - 1] = last.lowerBound..<index + 1
      } else {
        ranges.append(index..<index + 1)
      }
    }
    return ranges.map { offset + UInt64($0.lowerBound)..<offset + UInt64($0.upperBound) }
  }
}
