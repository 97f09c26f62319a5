package import Basics
import SystemPackage
import Synchronization

/// A range of a backend whose pages are read when they are needed.
///
/// At first all pages are read once, so that unreadable ones are reported at once, and a hash of each page is kept. A
/// page that has changed when it is read again is recorded as a failed read. So the result is the same as if the whole
/// range had been in memory.
final class BackendPages: PageSource {
  let count: Int
  private let path: FilePath
  private let file: OwnedDescriptor
  private let offset: UInt64
  /// The hash of each page; 0 if all of it is zero.
  private let sums: [UInt64]
  /// The page that was read last.
  private let last = Mutex<(number: Int, bytes: [UInt8])?>(nil)

  /// Reads `count` bytes at `offset` of `backend`, which must have them, and must not be a DAX device.
  init(of backend: borrowing Backend, at offset: UInt64, count: Int) throws(BackendError) {
    path = backend.path
    self.offset = offset
    self.count = count
    do { file = OwnedDescriptor(owning: try backend.descriptor.duplicate()) } catch {
      throw BackendError(backend.path, .cannotOpen(Errno(error)))
    }
    var sums = [UInt64](repeating: 0, count: (count + SparseBytes.pageSize - 1) / SparseBytes.pageSize)
    for data in backend.dataRanges(in: offset..<offset + UInt64(count)) {
      let pages = Int(data.lowerBound - offset) / SparseBytes.pageSize
      for number in pages...Int(data.upperBound - 1 - offset) / SparseBytes.pageSize where sums[number] == 0 {
        let (start, size) = Self.extent(of: number, count)
        sums[number] = try backend.read(at: offset + UInt64(start), count: size).sum
      }
    }
    self.sums = sums
  }

  private static func extent(of number: Int, _ count: Int) -> (start: Int, size: Int) {
    let start = number * SparseBytes.pageSize
    return (start, min(SparseBytes.pageSize, count - start))
  }

  func page(_ number: Int) -> [UInt8]? {
    guard sums.indices.contains(number), sums[number] != 0 else { return nil }
    return last.withLock { last in
      if let last, last.number == number { return last.bytes }
      let (start, size) = Self.extent(of: number, count)
      let place = offset + UInt64(start)
      do {
        let bytes = try file.descriptor.bytes(at: Int64(clamping: place), count: size)
        guard bytes.count == size, bytes.sum == sums[number] else {
          FailedRead.note(BackendError(path, .changedMeanwhile(offset: place)))
          return [UInt8](repeating: 0, count: size)
        }
        last = (number, bytes)
        return bytes
      } catch {
        FailedRead.note(BackendError(path, .cannotRead(offset: place, Errno(error))))
        return [UInt8](repeating: 0, count: size)
      }
    }
  }
}

/// The first page that could not be read again. A program must check this before it answers or changes anything.
package enum FailedRead {
  private static let first = Mutex<BackendError?>(nil)

  static func note(_ error: BackendError) { first.withLock { $0 = $0 ?? error } }

  /// Throws the first failure, if there is one.
  package static func check() throws(BackendError) {
    if let error = first.withLock({ $0 }) { throw error }
  }
}

extension [UInt8] {
  /// A hash of these bytes, which does not resist a deliberate collision; 0 if all of them are zero.
  fileprivate var sum: UInt64 {
    guard !isZero else { return 0 }
    // Safe: each load is inside the bytes.
    let sum = unsafe withUnsafeBytes { bytes in
      var sum: UInt64 = 0x9e37_79b9_7f4a_7c15
      let words = bytes.count / 8 * 8
      for offset in stride(from: 0, to: words, by: 8) {
        sum = (sum ^ (unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))) &* 0xff51_afd7_ed55_8ccd
        sum ^= sum >> 29
      }
      for index in words..<bytes.count {
        let byte = unsafe bytes[index]; sum = (sum ^ UInt64(byte)) &* 0xff51_afd7_ed55_8ccd
      }
      return sum
    }
    return Swift.max(sum, 1)
  }
}

extension Backend {
  /// Returns the `count` bytes at `offset`. If there are many, their pages are read when they are needed.
  package func bytes(at offset: UInt64, count: Int) throws(BackendError) -> SparseBytes {
    guard count > SparseBytes.wholeLimit, kind != .daxDevice else {
      return SparseBytes(try read(at: offset, count: count))
    }
    guard offset <= size, UInt64(count) <= size - offset else {
      throw BackendError(path, .beyondEnd(offset: offset, count: UInt64(count), size: size))
    }
    return SparseBytes(try BackendPages(of: self, at: offset, count: count))
  }
}
