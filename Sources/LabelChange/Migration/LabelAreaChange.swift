package import PersistentMemory

/// A change of a backend's label area, with the states before and after it: the plan of a migration or a repair.
///
/// A planner makes it from the present state and the request. The label transaction carries it out so that a crash at
/// any point leaves the state before or the state after.
package struct LabelAreaChange: Hashable, Sendable {
  /// A block of a namespace that has to change in the same step as the labels: a superblock that names its label; if it
  /// names another label, Linux ignores it. The namespace's data is never touched.
  package struct Rewrite: Hashable, Sendable {
    /// The offset of the block in the backend, in bytes.
    package let offset: UInt64
    /// The whole block before and after the change; both have the same number of bytes.
    package let before: SparseBytes
    package let after: SparseBytes

    var range: Range<UInt64> { offset..<offset + UInt64(after.count) }

    package init(offset: UInt64, before: SparseBytes, after: SparseBytes) {
      self.offset = offset
      self.before = before
      self.after = after
    }
  }

  /// The present area; `nil` if the backend has none yet.
  package let before: LabelAreaPlacement?

  /// The area after the change; `nil` if it is removed, as when labels are split off into a file.
  package let after: LabelAreaPlacement?

  /// The present length of the backend file, in bytes.
  package let lengthBefore: UInt64

  /// The length of the backend file after the change, in bytes.
  package let lengthAfter: UInt64

  /// The blocks outside the area that change with it, for example if namespaces are added or get other uuids.
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

  /// Returns this change with all pages in memory that an earlier change overwrites. The earlier change begins with an
  /// area at `offset` and writes to `ranges`.
  package func holding(_ ranges: [Range<UInt64>], ofAreaAt offset: UInt64) -> LabelAreaChange {
    let inArea = ranges.filter { $0.upperBound > offset }.map { range in
      Int(clamping: range.lowerBound - min(offset, range.lowerBound))..<Int(clamping: range.upperBound - offset)
    }
    func held(_ placement: LabelAreaPlacement?) -> LabelAreaPlacement? {
      placement.map { LabelAreaPlacement(offset: $0.offset, bytes: $0.bytes.holding(inArea)) }
    }
    return LabelAreaChange(
      before: held(before), after: held(after), lengthBefore: lengthBefore, lengthAfter: lengthAfter,
      rewrites: rewrites)
  }

  /// Whether the change does nothing.
  package var isEmpty: Bool { before == after && lengthBefore == lengthAfter && rewrites.isEmpty }

  /// Returns this change followed by `next`, which must have been planned for the state that this change leaves.
  package func followed(by next: LabelAreaChange) -> LabelAreaChange {
    precondition(next.before == after && next.lengthBefore == lengthAfter, "a change planned for something else")
    return LabelAreaChange(
      before: before, after: next.after, lengthBefore: lengthBefore, lengthAfter: next.lengthAfter,
      rewrites: rewrites + next.rewrites)
  }
}

extension LabelAreaChange {
  /// Two differences with fewer equal bytes than this between them count as one range; less than the smallest label.
  private static let mergedGap = 128

  /// All ranges of the backend whose bytes change, ascending, in bytes from its start.
  ///
  /// An area that stays in its place changes only in the bytes that differ; an area that moves or is new changes
  /// entirely.
  package var ranges: [Range<UInt64>] {
    var ranges = rewrites.flatMap { Self.differences($0.before, $0.after, at: $0.offset) }
    if let after {
      if let before, before.offset == after.offset, before.bytes.count == after.bytes.count {
        ranges += Self.differences(before.bytes, after.bytes, at: after.offset)
      } else {
        ranges.append(after.offset..<after.end)
      }
    }
    return ranges.sorted { $0.lowerBound < $1.lowerBound }
  }

  private static func differences(
    _ before: SparseBytes, _ after: SparseBytes, at offset: UInt64
  ) -> [Range<UInt64>] {
    after.differences(from: before, gap: mergedGap)
      .map { offset + UInt64($0.lowerBound)..<offset + UInt64($0.upperBound) }
  }
}

/// A label area with its place in the backend.
package struct LabelAreaPlacement: Hashable, Sendable {
  /// The offset of the area in the backend, in bytes: the mapped size minus the label size.
  package let offset: UInt64

  /// The whole area of L bytes.
  package let bytes: SparseBytes

  package init(offset: UInt64, bytes: SparseBytes) {
    self.offset = offset
    self.bytes = bytes
  }

  /// The offset of the first byte after the area: S, in bytes.
  package var end: UInt64 { offset + UInt64(bytes.count) }
}
