package import Basics

/// Bytes of a backend with their offset. Recovery records and backups consist of such pieces.
///
/// A stored piece begins with its offset and its size, and is padded to eight bytes.
package struct BackendPiece: Hashable, Sendable {
  /// The offset from the start of the backend in bytes.
  package let offset: UInt64
  package let bytes: SparseBytes

  package var range: Range<UInt64> { offset..<offset + UInt64(bytes.count) }

  /// The size of the stored offset and size, two little-endian numbers, in bytes.
  static let headSize = 16

  private var head: [UInt8] {
    var head: [UInt8] = []
    head.append(littleEndian: offset)
    head.append(littleEndian: UInt64(bytes.count))
    return head
  }

  /// The size of the stored piece in bytes.
  var size: Int { Self.headSize + Self.padded(bytes.count) }

  private static func padded(_ count: Int) -> Int { (count + 7) / 8 * 8 }

  /// The parts of the stored piece: its head, the bytes, and padding.
  var parts: [SparseBytes] {
    let padding = [UInt8](repeating: 0, count: Self.padded(bytes.count) - bytes.count)
    guard bytes.count > SparseBytes.wholeLimit else { return [SparseBytes(head + bytes.array + padding)] }
    return [SparseBytes(head), bytes, SparseBytes(padding)].filter { $0.count > 0 }
  }
}

extension [BackendPiece] {
  /// The size of the stored pieces in bytes.
  var size: Int { reduce(0) { $0 + $1.size } }

  /// Returns the stored pieces with their offsets, beginning at `start`. Small parts are merged.
  func placed(at start: UInt64) -> [(offset: UInt64, bytes: SparseBytes)] {
    var placed: [(offset: UInt64, bytes: SparseBytes)] = []
    var (position, small) = (start, [UInt8]())
    func take() {
      if !small.isEmpty { placed.append((position - UInt64(small.count), SparseBytes(small))) }
      small = []
    }
    for part in flatMap(\.parts) {
      if small.count + part.count > SparseBytes.wholeLimit { take() }
      if part.count > SparseBytes.wholeLimit { placed.append((position, part)) } else { small += part.array }
      position += UInt64(part.count)
    }
    take()
    return placed
  }
}

/// The place of a stored piece of a backend.
struct KeptPiece: Hashable, Sendable {
  /// The offset of the piece's bytes in the backend they belong to.
  let offset: UInt64
  let count: Int
  /// The offset at which the bytes are stored.
  let position: UInt64

  var range: Range<UInt64> { offset..<offset + UInt64(count) }
  var kept: Range<UInt64> { position..<position + UInt64(count) }

  /// Decodes the pieces that are stored in `range`, of which `read` reads the bytes; `nil` if it does not consist of
  /// whole pieces, each below 2^63 in the backend.
  static func pieces<Failure: Error>(
    in range: Range<UInt64>, read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [KeptPiece]? {
    var pieces: [KeptPiece] = []
    var position = range.lowerBound
    while position < range.upperBound {
      let left = range.upperBound - position
      guard left >= UInt64(BackendPiece.headSize) else { return nil }
      let head = try read(position, BackendPiece.headSize)
      guard head.count == BackendPiece.headSize else { return nil }
      let (offset, size) = (head.load(UInt64.self, at: 0), head.load(UInt64.self, at: 8))
      guard size <= left - UInt64(BackendPiece.headSize), let padded = size.alignedUp(to: 8),
        offset <= UInt64(Int64.max)
      else { return nil }
      pieces.append(KeptPiece(offset: offset, count: Int(size), position: position + UInt64(BackendPiece.headSize)))
      position += UInt64(BackendPiece.headSize) + padded
    }
    return position == range.upperBound ? pieces : nil
  }
}
