/// What a change of a backend's label area makes out of what: the plan of a migration or a repair.
///
/// A planner makes it from what is there and what is asked; the label transaction carries it out so that
/// a crash at any point leaves the state before or the state after.
package struct LabelAreaChange: Hashable, Sendable {
  /// A block of a namespace that has to change in the same step as the labels: a superblock that names the label it
  /// belongs to, which Linux otherwise passes over. The namespace's data is never touched.
  package struct Rewrite: Hashable, Sendable {
    /// Offset of the block in the backend, in bytes.
    package let offset: UInt64
    /// The whole block, as it is and as it is to be: the same number of bytes.
    package let before: [UInt8]
    package let after: [UInt8]

    var range: Range<UInt64> { offset..<offset + UInt64(after.count) }

    package init(offset: UInt64, before: [UInt8], after: [UInt8]) {
      self.offset = offset
      self.before = before
      self.after = after
    }
  }

  /// The area as it is now; nil: the backend has none yet.
  package let before: LabelAreaPlacement?

  /// The area as it is to be; nil: it is taken away, as when labels are split off into a file.
  package let after: LabelAreaPlacement?

  /// Length of the backend file now, in bytes.
  package let lengthBefore: UInt64

  /// Length of the backend file afterwards, in bytes.
  package let lengthAfter: UInt64

  /// Blocks outside of the area that change with it, as where namespaces are added or get other uuids.
  package let rewrites: [Rewrite]

  package init(
    before: LabelAreaPlacement?, after: LabelAreaPlacement?, lengthBefore: UInt64, lengthAfter: UInt64,
    rewrites: [Rewrite] = []
  ) {
    self.before = before
    self.after = after
    self.lengthBefore = lengthBefore
    self.lengthAfter = lengthAfter
    self.rewrites = rewrites
  }

  /// Whether there is nothing to be done.
  package var isEmpty: Bool { before == after && lengthBefore == lengthAfter && rewrites.isEmpty }

  /// This change and `next`, which was planned for what this one leaves, as one.
  package func followed(by next: LabelAreaChange) -> LabelAreaChange {
    precondition(next.before == after && next.lengthBefore == lengthAfter, "a change planned for something else")
    return LabelAreaChange(
      before: before, after: next.after, lengthBefore: lengthBefore, lengthAfter: next.lengthAfter,
      rewrites: rewrites + next.rewrites)
  }
}

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

/// A label area and where it lies in its backend.
package struct LabelAreaPlacement: Hashable, Sendable {
  /// Offset of the area in the backend, in bytes: the mapped size less the label size.
  package let offset: UInt64

  /// The whole area: L bytes.
  package let bytes: [UInt8]

  package init(offset: UInt64, bytes: [UInt8]) {
    self.offset = offset
    self.bytes = bytes
  }

  /// The offset just behind the area: S, in bytes.
  package var end: UInt64 { offset + UInt64(bytes.count) }
}
