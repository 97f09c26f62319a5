import Basics

/// Where a label area lies in a backend.
public struct LocatedLabelArea: Hashable, Sendable {
  /// Bytes from the start of the backend.
  public let offset: UInt64
  /// Bytes of the area.
  public let size: Int
  /// Whether an index block proves it; else only a signature in a likely place speaks for it.
  public let isIntact: Bool

  package init(offset: UInt64, size: Int, isIntact: Bool) {
    self.offset = offset
    self.size = size
    self.isIntact = isIntact
  }

  /// The end of the area: the mapped size of the backend that it belongs to.
  public var end: UInt64 { offset + UInt64(size) }
}

extension LocatedLabelArea: CustomStringConvertible {
  /// `128K at 0x8000000`
  public var description: String { "\(ByteCount(UInt64(size)).argument) at \(offset.hex)" }
}

/// What a search for a label area came to.
public enum LabelAreaSearch: Hashable, Sendable {
  /// One label area is the most plausible one.
  case found(LocatedLabelArea)
  /// More than one area has an equal claim; nearest to the end of the backend first.
  case ambiguous([LocatedLabelArea])
  /// An index block describes a label area that ends beyond the backend, or beyond the mapped size.
  case cutOff(LocatedLabelArea)
  /// Nothing in the backend looks like an index block.
  case nothing

  /// The areas that lie within the backend, nearest to its end first.
  public var areas: [LocatedLabelArea] {
    switch self {
    case .found(let area): [area]
    case .ambiguous(let areas): areas
    case .cutOff, .nothing: []
    }
  }

  /// The outcome for a device whose areas have at least `size` bytes: smaller ones are something else's.
  public func ofAtLeast(_ size: UInt64) -> LabelAreaSearch {
    func isLargeEnough(_ area: LocatedLabelArea) -> Bool { UInt64(area.size) >= size }
    switch self {
    case .found(let area), .cutOff(let area): return isLargeEnough(area) ? self : .nothing
    case .ambiguous(let areas):
      let left = areas.filter(isLargeEnough)
      return left.count > 1 ? .ambiguous(left) : left.first.map { .found($0) } ?? .nothing
    case .nothing: return .nothing
    }
  }

  /// Where the label area ends, as far as that is clear: the mapped size that its backend is meant for.
  public var end: UInt64? {
    switch self {
    case .found(let area), .cutOff(let area): area.end
    case .ambiguous(let areas): Set(areas.map(\.end)).count == 1 ? areas.first?.end : nil
    case .nothing: nil
    }
  }

  /// Chooses among candidates in a backend of `length` bytes: an index block that is intact counts more than a
  /// damaged one, and an area that ends at `end`, where what is mapped does, counts more than one that does not.
  init(_ candidates: [LocatedLabelArea], end: UInt64, length: UInt64) {
    let unique = candidates.reduce(into: [LocatedLabelArea]()) { if !$0.contains($1) { $0.append($1) } }
    let whole = unique.filter { $0.end <= length }
    let preferences = [
      whole.filter { $0.isIntact && $0.end == end }, whole.filter(\.isIntact), whole.filter { $0.end == end },
    ]
    let best = preferences.first { !$0.isEmpty } ?? []
    self =
      switch best.count {
      case 0: unique.first { $0.end > length }.map { .cutOff($0) } ?? .nothing
      case 1: .found(best[0])
      default: .ambiguous(best.sorted { ($0.offset, $0.size) > ($1.offset, $1.size) })
      }
  }
}

extension Collection<LocatedLabelArea> {
  /// The first few of them, for messages: `128K at 0x81e0000, 2M at 0x8000000`. A hostile backend can hold a thousand.
  package var listing: String { firstFew(\.description) }
}
