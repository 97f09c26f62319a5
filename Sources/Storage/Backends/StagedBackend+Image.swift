import Basics
import CLinux
import SystemPackage

extension StagedBackend {
  /// Copies `image` to `offset`. Holes stay holes, and blocks are shared with the image where the file system can;
  /// `progress` is told how many bytes are done.
  func copy(_ image: SourceImage, to offset: UInt64, progress: (UInt64) -> Void) throws(BackendError) {
    // Has it become shorter, the last byte cannot be read.
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

  /// The first part of `range` to be copied in one call. What is no whole block at its end is copied by itself: it cannot
  /// be shared, and in one call nothing would be.
  private static func piece(of range: Range<UInt64>) -> Range<UInt64> {
    let end = min(range.upperBound, range.lowerBound + pieceSize)
    let whole = end.alignedDown(to: largestBlock)
    return range.lowerBound..<(whole > range.lowerBound ? whole : end)
  }

  private static var pieceSize: UInt64 { 64 << 20 }
  /// That of XFS and btrfs, in bytes.
  private static var largestBlock: UInt64 { 64 << 10 }

  /// Copies a part of `source` to where it belongs behind `offset`; answers how many bytes were copied.
  private func copy(
    _ range: Range<UInt64>, of source: borrowing Backend, to offset: UInt64
  ) throws(BackendError) -> UInt64 {
    let copied = clinux_copy_range(
      source.descriptor.rawValue, Int64(clamping: range.lowerBound), descriptor.rawValue,
      Int64(clamping: offset + range.lowerBound), Int(clamping: range.upperBound - range.lowerBound))
    guard copied <= 0 else { return UInt64(copied) }
    // Between file systems, or from a device, the kernel may not copy; and what is wrong, reading or writing tells.
    let count = min(range.upperBound - range.lowerBound, 1 << 20)
    try write(try source.read(at: range.lowerBound, count: Int(count)), at: offset + range.lowerBound)
    return count
  }
}
