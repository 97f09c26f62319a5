import Basics

/// Finds the label area of a backend whose label size is not given.
///
/// The search looks for the signature of an index block, from the end of the backend backwards, and accepts an index block
/// only if all checks of Linux hold for the label area that the block itself describes. It reads 2 MiB if a label area of
/// that size or less ends the backend, and otherwise at most 32 MiB at the end and, if the mapped size is not given, 256 MiB
/// of the data before. For each of at most 1024 signatures it also reads one or two index blocks. Where there is no
/// signature, it looks for labels in the last 32 MiB of data: those of an area that has lost both index blocks.
public struct LabelAreaLocator: Sendable {
  /// The parts of the end that are searched one after the other, as long as nothing is found.
  package static let reaches: [UInt64] = [2 << 20, 32 << 20]
  /// Bytes of data searched where the backend may be longer than what is mapped of it.
  static let dataReach: UInt64 = 256 << 20
  /// Signatures that are looked into; a hostile backend can be full of them.
  static let signatureLimit = 1024

  private static let chunk: UInt64 = 1 << 20
  private static let signature = BytePattern(IndexBlock.signature)

  /// Bytes in the backend.
  public let length: UInt64
  /// The mapped size in bytes; nil if it is not given.
  public let mappedSize: UInt64?

  /// The parts of the end that this one searches.
  private let reaches: [UInt64]

  /// A search in a backend of `length` bytes, of which QEMU maps `mappedSize` bytes where that is known.
  public init(length: UInt64, mappedSize: UInt64? = nil) {
    self.init(length: length, mappedSize: mappedSize, reaches: Self.reaches)
  }

  package init(length: UInt64, mappedSize: UInt64?, reaches: [UInt64]) {
    self.length = length
    self.mappedSize = mappedSize
    self.reaches = reaches
  }

  /// Where an area is expected to end.
  public var end: UInt64 { min(mappedSize ?? length, length) }

  /// Searches the backend that `read` reads. `dataRanges` returns the parts of a range that are not holes, ascending.
  public func locate<Failure: Error>(
    dataRanges: (_ range: Range<UInt64>) throws(Failure) -> [Range<UInt64>],
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> LabelAreaSearch {
    var candidates: [LocatedLabelArea] = []
    var budget = Self.signatureLimit
    var searched = end
    for reach in reaches {
      let start = end - min(reach, end)
      for range in try dataRanges(start..<searched).reversed() { try search(range, &candidates, &budget, read) }
      searched = start
      if candidates.contains(where: { $0.isIntact && $0.end == end }) { break }
    }
    // What is mapped is all that counts, where that was told.
    let limit = mappedSize == nil ? length : end
    if candidates.isEmpty, mappedSize == nil {
      for range in Self.last(Self.dataReach, of: try dataRanges(0..<searched)) {
        try search(range, &candidates, &budget, read)
      }
    }
    guard candidates.isEmpty else { return LabelAreaSearch(candidates, end: end, length: limit) }
    return try locateByLabels(dataRanges: dataRanges, read: read)
  }

  /// The last `count` bytes of `ranges`, nearest to the end first.
  static func last(_ count: UInt64, of ranges: [Range<UInt64>]) -> [Range<UInt64>] {
    var left = count
    var last: [Range<UInt64>] = []
    for range in ranges.reversed() where left > 0 {
      let taken = min(left, range.upperBound - range.lowerBound)
      last.append(range.upperBound - taken..<range.upperBound)
      left -= taken
    }
    return last
  }

  /// Looks into every signature that starts in `range`, the last one first.
  private func search<Failure: Error>(
    _ range: Range<UInt64>, _ candidates: inout [LocatedLabelArea], _ budget: inout Int,
    _ read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    var upper = range.upperBound
    while upper > range.lowerBound, budget > 0 {
      let lower = upper - min(Self.chunk, upper - range.lowerBound)
      let overlap = min(UInt64(Self.signature.count - 1), length - upper)
      let bytes = try read(lower, Int(upper - lower + overlap))
      for offset in Self.signature.offsets(in: bytes).reversed() where budget > 0 {
        budget -= 1
        let block = IndexBlockCandidate(at: lower + UInt64(offset), in: self)
        if let area = try block?.area(read) { candidates.append(area) }
      }
      upper = lower
    }
  }
}
