import Basics
package import LabelChange
package import PersistentMemory
import SystemPackage

extension Backend {
  /// Searches the backend for a label area of unknown size; see `LabelAreaLocator` for what is read.
  package func locateLabelArea(
    mappedSize: UInt64? = nil, reaches: [UInt64] = LabelAreaLocator.reaches
  ) throws(BackendError) -> LabelAreaSearch {
    let locator = LabelAreaLocator(length: size, mappedSize: mappedSize, reaches: reaches)
    // A non-copyable value cannot be captured by an escaping closure; these do not escape.
    let search = try locator.locate(
      dataRanges: { (range) throws(BackendError) in dataRanges(in: range) },
      read: { (offset, count) throws(BackendError) in try read(at: offset, count: count) })
    DebugLog.note("\(path): \(search.debugText)")
    return search
  }

  /// Searches for a label area at the end of the first `mappedSize` bytes; if there is none, at the end of the backend
  /// and in the data before that, because the label area of a backend that was extended lies inside it. Areas smaller
  /// than QEMU's smallest label area are ignored: a guest has left them there.
  package func locateLabelArea(preferringEnd mappedSize: UInt64) throws(BackendError) -> LabelAreaSearch {
    let smallest = BackendGeometry.smallestLabelSize
    if mappedSize <= size {
      let search = try locateLabelArea(mappedSize: mappedSize).ofAtLeast(smallest)
      if search.areas.contains(where: { $0.end == mappedSize }) { return search }
    }
    return try locateLabelArea().ofAtLeast(smallest)
  }

  /// Returns the area of `labelSize` bytes at the end of the first `size` bytes; `nil` if it does not begin with a
  /// valid index block.
  package func indexedArea(of labelSize: UInt64, endingAt size: UInt64) -> LocatedLabelArea? {
    guard labelSize > 0, labelSize <= size, size <= self.size, let areaSize = Int(exactly: labelSize) else {
      return nil
    }
    let area = LocatedLabelArea(offset: size - labelSize, size: areaSize, isIntact: true)
    return indexBlocks(of: area).isEmpty ? nil : area
  }

  /// Returns the valid index blocks at the start of `area`.
  package func indexBlocks(of area: LocatedLabelArea) -> [IndexBlock] {
    var blocks: [IndexBlock] = []
    for labelSize in LabelGeometry.labelSizes {
      guard let geometry = LabelGeometry(areaSize: area.size, labelSize: labelSize) else { continue }
      for number in [0, 1] {
        let offset = area.offset + UInt64(geometry.indexOffset(number))
        guard let bytes = try? read(at: offset, count: geometry.indexSize) else { continue }
        let block = IndexBlock(bytes)
        if block.firstDefect(as: number, in: geometry) == nil { blocks.append(block) }
      }
    }
    return blocks
  }

  /// Returns the info blocks of namespaces in the first `size` bytes that name a label; they are sought at the addresses
  /// in `labels` too.
  package func witnesses(
    inRegionOf size: UInt64, beside labels: [NamespaceLabel] = []
  ) throws(BackendError) -> [NamespaceWitness] {
    try NamespaceWitness.all(
      inRegionOf: size, beside: labels, dataRanges: { dataRanges(in: $0) },
      read: { (offset, count) throws(BackendError) in try read(at: offset, count: count) })
  }

  /// Returns the parts of `range` that are not holes, in ascending order. If the file system does not report holes, or
  /// the file has too many pieces to list, the rest counts as one part.
  package func dataRanges(in range: Range<UInt64>) -> [Range<UInt64>] {
    var ranges: [Range<UInt64>] = []
    var rest = range
    while let data = nextData(in: rest) {
      guard ranges.count < Self.rangeLimit else { return ranges + [data.lowerBound..<range.upperBound] }
      ranges.append(data)
      rest = data.upperBound..<range.upperBound
    }
    return ranges
  }

  /// The first part of `range` that is no hole; nil where there is none. Where the file system does not tell, all of it.
  func nextData(in range: Range<UInt64>) -> Range<UInt64>? {
    guard !range.isEmpty, let start = Int64(exactly: range.lowerBound) else { return range.isEmpty ? nil : range }
    do {
      let data = UInt64(clamping: try descriptor.seek(offset: start, from: .data))
      guard data < range.upperBound else { return nil }
      let hole = UInt64(clamping: try descriptor.seek(offset: Int64(clamping: data), from: .hole))
      return hole > data ? data..<min(hole, range.upperBound) : range
    } catch .noSuchAddressOrDevice {
      // ENXIO: nothing but a hole follows.
      return nil
    } catch {
      return range
    }
  }

  private static let rangeLimit = 65536
}

extension FileDescriptor.SeekOrigin {
  /// SEEK_DATA and SEEK_HOLE of Linux.
  fileprivate static var data: Self { Self(rawValue: 3) }
  fileprivate static var hole: Self { Self(rawValue: 4) }
}

extension LabelAreaSearch {
  /// The text for `VNVDIMM_LOG=debug`.
  fileprivate var debugText: String {
    switch self {
    case .found(let area): "label area of \(ByteCount(UInt64(area.size))) at \(area.offset.hex) found"
    case .ambiguous(let areas): "\(areas.count) possible label areas"
    case .cutOff(let area): "label area at \(area.offset.hex) cut off"
    case .nothing: "no label area"
    }
  }
}
