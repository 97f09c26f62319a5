import Basics
import CLinux
import Glibc
package import LabelChange
import SystemPackage

extension Backend {
  /// Carries out `steps` in order. The backend must be open for writing.
  ///
  /// Reserves the space for all steps first; if there is not enough, changes nothing.
  ///
  /// Termination signals wait until all steps are done. Files and block devices are written with system calls and
  /// flushed with fsync(2), which also works on DAX file systems. A DAX device supports neither: it is written through
  /// a mapping, and the CPU's caches are written back at once.
  package func carryOut(_ steps: [StorageStep]) throws(BackendError) {
    clinux_report_file_size_limit()
    let hold = TerminationHold()
    defer { withExtendedLifetime(hold) {} }
    let space = kind == .regularFile ? SpaceReservation(for: steps, on: self) : nil
    try space?.take(for: self)
    defer { space?.giveBack(of: self) }
    // A plan that was made from unreadable bytes must not be carried out.
    try FailedRead.check()
    for step in steps {
      switch step {
      case .write, .copy:
        do { try write(step) } catch {
          guard let space, error.isAboutSpace else { throw error }
          // Gives back the space that was reserved for bytes that are written to new blocks, so that they can use it.
          space.giveBackAtOnce(of: self)
          try write(step)
        }
        try FailedRead.check()
      case .flush: try flush()
      case .resize(let length): try resize(to: length)
      }
      DebugLog.note("\(path): \(step.debugText)")
    }
  }

  private func write(_ step: StorageStep) throws(BackendError) {
    switch step {
    case .write(let offset, let bytes):
      // On a device the source can share a page with the record that this change writes: all is read before.
      let bytes = kind == .regularFile ? bytes : SparseBytes(bytes.array)
      try bytes.forEachPiece { (range, piece) throws(BackendError) in
        let place = offset + UInt64(range.lowerBound)..<offset + UInt64(range.upperBound)
        if let piece { try write(piece, at: place.lowerBound) } else { try clear(place) }
      }
    case .copy(let range, let offset):
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.chunk) {
        let bytes = try stored(at: start, count: min(Self.chunk, Int(range.upperBound - start)))
        let place = offset + (start - range.lowerBound)
        if bytes.isZero { try clear(place..<place + UInt64(bytes.count)) } else { try write(bytes, at: place) }
      }
    case .flush, .resize: break
    }
  }

  /// Returns the bytes at `offset`, which may lie after the end that the file had when it was opened.
  private func stored(at offset: UInt64, count: Int) throws(BackendError) -> [UInt8] {
    guard kind == .regularFile else { return try read(at: offset, count: count) }
    let bytes: [UInt8]
    do { bytes = try descriptor.bytes(at: Int64(clamping: offset), count: count) } catch {
      throw BackendError(path, .cannotRead(offset: offset, Errno(error)))
    }
    guard bytes.count == count else {
      throw BackendError(path, .endedEarly(offset: offset, read: UInt64(bytes.count), expected: UInt64(count)))
    }
    return bytes
  }

  private func write(_ bytes: [UInt8], at offset: UInt64) throws(BackendError) {
    do {
      guard kind == .daxDevice else {
        try descriptor.writeAll(toAbsoluteOffset: Int64(clamping: offset), bytes)
        return
      }
      try descriptor.writeMapped(bytes, at: offset, alignment: alignment)
    } catch { throw BackendError(path, .cannotWrite(offset: offset, Errno(error))) }
  }

  /// Clears all bytes of `range`. Holes stay holes and need no space. If the file system has no room to write the zeros
  /// to new blocks, punches a hole instead.
  private func clear(_ range: Range<UInt64>) throws(BackendError) {
    guard kind == .regularFile else {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.chunk) {
        let count = min(Self.chunk, Int(range.upperBound - start))
        try write([UInt8](repeating: 0, count: count), at: start)
      }
      return
    }
    guard let length = (try? descriptor.stat()).map({ UInt64(clamping: $0.size) }) else {
      throw BackendError(path, .cannotWrite(offset: range.lowerBound, .ioError))
    }
    if range.upperBound > length { try resize(to: range.upperBound) }
    for data in dataRanges(in: range.clamped(to: 0..<max(length, range.lowerBound))) {
      var offset = data.lowerBound
      while offset < data.upperBound {
        let count = min(data.upperBound - offset, 1 << 20)
        do {
          try descriptor.writeAll(toAbsoluteOffset: Int64(clamping: offset), [UInt8](repeating: 0, count: Int(count)))
        } catch {
          let failure = BackendError(path, .cannotWrite(offset: offset, Errno(error)))
          guard failure.isAboutSpace,
            clinux_punch_hole(descriptor.rawValue, Int64(clamping: offset), Int64(clamping: count)) >= 0
          else { throw failure }
        }
        offset += count
      }
    }
  }

  private func flush() throws(BackendError) {
    guard kind != .daxDevice, fsync(descriptor.rawValue) != 0 else { return }
    throw BackendError(path, .cannotFinish(Errno(rawValue: errno)))
  }

  private func resize(to length: UInt64) throws(BackendError) {
    do { try descriptor.resize(to: Int64(clamping: length)) } catch {
      throw BackendError(path, .cannotReserve(length, Errno(error)))
    }
  }
}

extension BackendError {
  /// Whether the error is a lack of space.
  fileprivate var isAboutSpace: Bool {
    guard case .cannotWrite(_, let errno) = reason else { return false }
    return errno == .noSpace || errno == .diskQuotaExceeded
  }
}

extension StorageStep {
  /// The text for `VNVDIMM_LOG=debug`.
  fileprivate var debugText: String {
    switch self {
    case .write(let offset, let bytes): "\(bytes.count) bytes written at \(offset.hex)"
    case .copy(let range, let offset): "\(range.count) bytes written at \(offset.hex), as at \(range.lowerBound.hex)"
    case .flush: "flushed"
    case .resize(let length): "resized to \(ByteCount(length).precise)"
    }
  }
}
