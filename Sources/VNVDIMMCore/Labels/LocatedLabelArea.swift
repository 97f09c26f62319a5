/// Where a label area lies in a backend.
package struct LocatedLabelArea: Hashable, Sendable {
  /// Bytes from the start of the backend.
  package let offset: UInt64
  package let size: Int
  /// Whether an index block proves it; else only a signature in a likely place speaks for it.
  package let isIntact: Bool

  package init(offset: UInt64, size: Int, isIntact: Bool) {
    self.offset = offset
    self.size = size
    self.isIntact = isIntact
  }

  /// The end of the area: the mapped size of the backend that it belongs to.
  package var end: UInt64 { offset + UInt64(size) }
}

/// What a search for a label area came to.
package enum LabelAreaSearch: Hashable, Sendable {
  case found(LocatedLabelArea)
  /// More than one area has an equal claim; nearest to the end of the backend first.
  case ambiguous([LocatedLabelArea])
  /// An index block describes an area that ends behind the backend.
  case cutOff(LocatedLabelArea)
  case nothing

  /// Chooses among candidates in a backend of `length` bytes: an index block that is intact counts more than a
  /// damaged one, and an area that ends at `end`, where what is mapped does, counts more than one that does not.
  init(_ candidates: [LocatedLabelArea], end: UInt64, length: UInt64) {
    let unique = Set(candidates)
    let whole = unique.filter { $0.end <= length }
    let preferences = [
      whole.filter { $0.isIntact && $0.end == end }, whole.filter(\.isIntact), whole.filter { $0.end == end },
    ]
    let best = preferences.first { !$0.isEmpty } ?? []
    self =
      switch best.count {
      case 0: unique.subtracting(whole).first.map { .cutOff($0) } ?? .nothing
      case 1: .found(best[best.startIndex])
      default: .ambiguous(best.sorted { ($0.offset, $0.size) > ($1.offset, $1.size) })
      }
  }
}
