import Basics
import CLinux
import SystemPackage

extension StagedBackend {
  /// Copies `image` to `offset`. Holes stay holes, and blocks are shared with the image if the file system supports
  /// that. Reports the number of bytes done to `progress`.
  func copy(_ image: SourceImage, to offset: UInt64, progress: (UInt64) -> Void) throws(BackendError) {
    // If the image has become shorter, its last byte cannot be read.
    _ = try image.backend.read(at: image.size - 1, count: 1)
    for range in image.backend.dataRanges(in: 0..<image.size) {
      var next = range.lowerBound
      while next < range.upperBound {
        if TerminationHold.isEndRequested { throw failure(.interrupted) }
        next += try copy(Self.piece(of: next..<range.upperBound), of: image.backend, to: offset)
        progress(next)
      }
    }
  }

  /// Returns the first part of `range` to copy in one call. A partial block at the end is copied by itself: it cannot
  /// be shared, and would keep the whole call from sharing.
  private static func piece(of range: Range<UInt64>) -> Range<UInt64> {
    let end = min(range.upperBound, range.lowerBound + pieceSize)
    let whole = end.alignedDown(to: largestBlock)
    return range.lowerBound..<(whole > range.lowerBound ? whole : end)
  }

  private static var pieceSize: UInt64 { 64 << 20 }
  /// The largest block size of XFS and btrfs, in bytes.
  private static var largestBlock: UInt64 { 64 << 10 }

  /// Copies the start of `range` of `source` to its place after `offset`. Returns the number of bytes copied.
  private func copy(
    _ range: Range<UInt64>, of source: borrowing Backend, to offset: UInt64
  ) throws(BackendError) -> UInt64 {
    let copied = clinux_copy_range(
      source.descriptor.rawValue, Int64(clamping: range.lowerBound), descriptor.rawValue,
      Int64(clamping: offset + range.lowerBound), Int(clamping: range.upperBound - range.lowerBound))
    guard copied <= 0 else { return UInt64(copied) }
    // The kernel may refuse to copy between file systems or from a device; any other error will recur on reading or
    // writing.
    let count = min(range.upperBound - range.lowerBound, 1 << 20)
    try write(try source.read(at: range.lowerBound, count: Int(count)), at: offset + range.lowerBound)
    return count
  }
}
