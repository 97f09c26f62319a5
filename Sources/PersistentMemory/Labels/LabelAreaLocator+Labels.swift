import Basics

extension LabelAreaLocator {
  /// Bytes of data in which labels are looked for, and labels that are looked into.
  private static let labelReach: UInt64 = 32 << 20
  private static let labelLimit = 1024
  /// The sizes of areas that do not end where one is expected: QEMU's smallest, and its doubles.
  private static let usualSizes = (17...25).map { 1 << $0 }

  /// Finds the area that has lost both index blocks, by the labels that are left of it: the one to which most of them
  /// belong. It ends where an area is expected to, or before that in a backend that became longer; then the labels
  /// leave several sizes open, and the smallest comes first.
  func locateByLabels<Failure: Error>(
    dataRanges: (_ range: Range<UInt64>) throws(Failure) -> [Range<UInt64>],
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> LabelAreaSearch {
    var votes: [LocatedLabelArea: Int] = [:]
    for label in try labels(in: Self.last(Self.labelReach, of: try dataRanges(0..<end)), read) {
      for area in areas(with: label) { votes[area, default: 0] += 1 }
    }
    let most = votes.values.max() ?? 0
    let voted = votes.filter { $0.value == most }.keys.sorted { ($0.size, $0.offset) < ($1.size, $1.offset) }
    if let usual = voted.first(where: { $0.end == end && Self.usualSizes.contains($0.size) }) { return .found(usual) }
    // An area begins where a region ends: the more even the place, the likelier.
    func evenness(_ area: LocatedLabelArea) -> Int { area.offset.trailingZeroBitCount }
    let mostEven = voted.map(evenness).max() ?? 0
    let likely = voted.filter { evenness($0) == mostEven }
    // That an area of an odd size ends with the backend is no coincidence.
    if let last = likely.first(where: { $0.end == end }) { return .found(last) }
    guard mappedSize == nil, let first = likely.first else { return .nothing }
    return likely.count == 1 ? .found(first) : .ambiguous(likely)
  }

  /// A label, which says in which slot of its area it is.
  private struct FoundLabel {
    let offset: UInt64
    let slot: Int
    let size: Int
  }

  /// The labels in `ranges`, where only the smallest area has a place that is a multiple of the label size.
  private func labels<Failure: Error>(
    in ranges: [Range<UInt64>], _ read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [FoundLabel] {
    let unit = UInt64(LabelVersion.v1_1.labelSize)
    var found: [FoundLabel] = []
    for range in ranges {
      // A label that ends with this chunk and begins with the one before is in neither: areas begin with a page.
      var upper = range.upperBound.alignedDown(to: unit)
      while upper > range.lowerBound, found.count < Self.labelLimit {
        let lower = (upper - min(1 << 20, upper - range.lowerBound)).alignedDown(to: unit)
        let bytes = try read(lower, Int(upper - lower))
        for offset in stride(from: 0, to: bytes.count, by: Int(unit)) where found.count < Self.labelLimit {
          guard let (slot, size) = Self.slot(ofLabelAt: offset, in: bytes) else { continue }
          found.append(FoundLabel(offset: lower + UInt64(offset), slot: slot, size: size))
        }
        upper = lower
      }
    }
    return found
  }

  /// The slot and the size of the label at `offset`; nil where there is none.
  private static func slot(ofLabelAt offset: Int, in bytes: [UInt8]) -> (slot: Int, size: Int)? {
    let slot: UInt32 = bytes.load(at: offset + NamespaceLabel.Fields.slot.offset)
    let cookie: UInt64 = bytes.load(at: offset + NamespaceLabel.Fields.cookie.offset)
    guard cookie != 0, slot < 1 << 20 else { return nil }
    return [LabelVersion.v1_2, .v1_1].lazy.filter { offset + $0.labelSize <= bytes.count }.map { version in
      NamespaceLabel(version, startingWith: bytes[offset..<offset + version.labelSize])
    }.first { $0.isUnmistakable(inSlot: Int(slot)) }.map { (Int(slot), $0.bytes.count) }
  }

  /// The areas that have `label` in its place: they begin two index blocks before slot 0, with a page.
  private func areas(with label: FoundLabel) -> [LocatedLabelArea] {
    let sizesAtEnd = stride(
      from: 256, through: LabelGeometry.indexSize(slots: LabelGeometry.largestArea / 256), by: 256
    )
    .lazy.map { Int(end - label.offset) + label.slot * label.size + 2 * $0 }
    return Set(Array(sizesAtEnd) + Self.usualSizes).compactMap { size in
      guard size >= Self.usualSizes[0],
        let geometry = LabelGeometry(areaSize: size, labelSize: label.size),
        let start = UInt64(exactly: Int(label.offset) - geometry.offset(ofSlot: label.slot)),
        start.isMultiple(of: 4096), start + UInt64(size) <= end
      else { return nil }
      return LocatedLabelArea(offset: start, size: size, isIntact: false)
    }
  }
}
