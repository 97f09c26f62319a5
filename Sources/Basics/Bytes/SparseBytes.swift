/// A sequence of bytes that is not loaded into memory as a whole if it is long: a label area can be large, and usually
/// little of it is in use.
///
/// A short sequence is an array. A long one consists of a source, whose pages are read when they are needed, and of
/// changed pages, which replace those of the source. Without a source, all unchanged bytes are zero.
public struct SparseBytes: Sendable {
  /// The number of bytes.
  public let count: Int
  /// All bytes, if there are few.
  private var whole: [UInt8]?
  /// The source of many bytes; `nil` if all unchanged bytes are zero.
  private let source: (any PageSource)?
  /// The changed pages, by number.
  private var changed: [Int: [UInt8]] = [:]

  /// The size of a page in bytes; the last page may be shorter.
  package static let pageSize = 16 << 10
  /// The largest number of bytes that are kept in memory as a whole.
  package static let wholeLimit = 1 << 20

  /// Holds `bytes` in memory.
  public init(_ bytes: [UInt8]) { self.init(count: bytes.count, whole: bytes, source: nil) }

  /// Creates `count` zeros.
  package init(zeros count: Int) {
    self.init(count: count, whole: count <= Self.wholeLimit ? [UInt8](repeating: 0, count: count) : nil, source: nil)
  }

  /// Creates a sequence with the bytes of `source`.
  package init(_ source: any PageSource) { self.init(count: source.count, whole: nil, source: source) }

  private init(count: Int, whole: [UInt8]?, source: (any PageSource)?) {
    self.count = count
    self.whole = whole
    self.source = source
  }

  /// Returns a page; `nil` if all of it is zero.
  private func page(_ number: Int) -> [UInt8]? { changed[number] ?? source?.page(number) }

  /// Returns the bytes in `range`, which must lie within the sequence.
  package func bytes(in range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes outside of those there are")
    if let whole { return [UInt8](whole[range]) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let start = position / Self.pageSize * Self.pageSize
      let end = Swift.min(start + Self.pageSize, range.upperBound)
      if let page = page(start / Self.pageSize) {
        bytes += page[position - start..<end - start]
      } else {
        bytes += repeatElement(0, count: end - position)
      }
      position = end
    }
    return bytes
  }

  /// All bytes, in memory.
  package var array: [UInt8] { bytes(in: 0..<count) }

  /// Returns a block of bytes; `nil` if it does not lie within the sequence.
  package func block(at offset: Int, count length: Int) -> [UInt8]? {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
    return bytes(in: offset..<offset + length)
  }

  /// Returns the little-endian integer whose first byte is at `offset`.
  package func load<Value: FixedWidthInteger>(_ type: Value.Type = Value.self, at offset: Int) -> Value {
    whole?.load(type, at: offset) ?? bytes(in: offset..<offset + Value.bitWidth / 8).load(type, at: 0)
  }

  /// Replaces the bytes from `offset` on with `block`.
  package mutating func replace(at offset: Int, with block: [UInt8]) {
    precondition(offset >= 0 && block.count <= count - offset, "bytes outside of those there are")
    guard whole == nil else { return whole?.replace(at: offset, with: block) ?? () }
    var position = offset
    while position < offset + block.count {
      let number = position / Self.pageSize
      let start = number * Self.pageSize
      let end = Swift.min(start + Self.pageSize, offset + block.count)
      var page = page(number) ?? []
      // Without another reference to the page it is changed in place.
      changed[number] = nil
      page += repeatElement(0, count: Self.pageSize - page.count)
      page.replaceSubrange(position - start..<end - start, with: block[position - offset..<end - offset])
      changed[number] = page
      position = end
    }
  }

  /// Returns these bytes with the pages of `ranges` in memory, because the source is about to change there.
  package func holding(_ ranges: [Range<Int>]) -> SparseBytes {
    guard whole == nil else { return self }
    var held = self
    for range in ranges.map({ $0.clamped(to: 0..<count) }) where !range.isEmpty {
      for number in range.lowerBound / Self.pageSize...(range.upperBound - 1) / Self.pageSize
      where held.changed[number] == nil {
        held.changed[number] = page(number) ?? [UInt8](repeating: 0, count: Self.pageSize)
      }
    }
    return held
  }

  /// Returns the first `length` bytes.
  package func first(_ length: Int) -> SparseBytes {
    precondition((0...count).contains(length), "bytes outside of those there are")
    guard length < count else { return self }
    if let whole { return SparseBytes([UInt8](whole[..<length])) }
    guard length > Self.wholeLimit else { return SparseBytes(bytes(in: 0..<length)) }
    var first = SparseBytes(count: length, whole: nil, source: source)
    first.changed = changed.filter { $0.key * Self.pageSize < length }
    return first
  }
}

/// A source of many bytes, which are read page by page.
///
/// A page must always have the same contents. Reading does not throw: a source must record that it could not read a
/// page, and the program must ask for that before it answers or changes anything.
package protocol PageSource: AnyObject, Sendable {
  /// The number of bytes.
  var count: Int { get }
  /// Returns page `number`; `nil` if all of it is zero, or if it lies beyond the end.
  func page(_ number: Int) -> [UInt8]?
}

extension SparseBytes {
  /// Calls `visit` for each piece of the sequence, in ascending order; its bytes are `nil` if all of them are zero.
  package func forEachPiece<Failure: Error>(
    _ visit: (_ range: Range<Int>, _ bytes: [UInt8]?) throws(Failure) -> Void
  ) throws(Failure) {
    if let whole { return try visit(0..<count, whole.isZero ? nil : whole) }
    var zeros = 0
    for start in stride(from: 0, to: count, by: Self.pageSize) {
      guard var page = page(start / Self.pageSize) else { continue }
      page.removeLast(page.count - Swift.min(page.count, count - start))
      guard !page.isZero else { continue }
      if zeros < start { try visit(zeros..<start, nil) }
      try visit(start..<start + page.count, page)
      zeros = start + page.count
    }
    if zeros < count { try visit(zeros..<count, nil) }
  }

  /// Whether all bytes are zero.
  package var isZero: Bool { whole?.isZero ?? (firstNonzero() == nil) }

  /// Returns the index of the first byte from `start` on that is not zero; `nil` if there is none.
  package func firstNonzero(from start: Int = 0) -> Int? {
    if let whole { return whole[start...].firstIndex { $0 != 0 } }
    for page in start / Self.pageSize..<(count + Self.pageSize - 1) / Self.pageSize {
      guard let bytes = self.page(page), !bytes.isZero else { continue }
      let first = page * Self.pageSize
      let end = Swift.min(bytes.count, count - first)
      if let index = bytes[Swift.max(start - first, 0)..<end].firstIndex(where: { $0 != 0 }) { return first + index }
    }
    return nil
  }

  /// The index after the last byte that is not zero.
  package var endOfData: Int {
    var end = 0
    forEachPiece { range, bytes in
      if let last = bytes?.lastIndex(where: { $0 != 0 }) { end = range.lowerBound + last + 1 }
    }
    return end
  }

  /// Returns the ranges in which the bytes differ from `other`, in ascending order. `other` must have the same length.
  /// Differences with fewer than `gap` bytes between them are merged.
  package func differences(from other: SparseBytes, gap: Int = 1) -> [Range<Int>] {
    precondition(count == other.count, "other bytes than these")
    var ranges: [Range<Int>] = []
    for start in stride(from: 0, to: count, by: Self.pageSize) {
      let number = start / Self.pageSize
      guard !isSame(number, as: other) else { continue }
      let range = start..<Swift.min(start + Self.pageSize, count)
      let (mine, theirs) = (bytes(in: range), other.bytes(in: range))
      guard mine != theirs else { continue }
      for index in mine.indices where mine[index] != theirs[index] {
        if let last = ranges.last, start + index - last.upperBound < gap {
          ranges[ranges.count - 1] = last.lowerBound..<start + index + 1
        } else {
          ranges.append(start + index..<start + index + 1)
        }
      }
    }
    return ranges
  }

  /// Returns whether a page comes from the same source as that of `other` and need not be compared.
  private func isSame(_ number: Int, as other: SparseBytes) -> Bool {
    whole == nil && other.whole == nil && source === other.source && changed[number] == nil
      && other.changed[number] == nil
  }
}

extension SparseBytes: Hashable {
  public static func == (left: SparseBytes, right: SparseBytes) -> Bool {
    guard left.count == right.count else { return false }
    if let left = left.whole, let right = right.whole { return left == right }
    return stride(from: 0, to: left.count, by: pageSize).allSatisfy { start in
      let range = start..<Swift.min(start + pageSize, left.count)
      return left.isSame(start / pageSize, as: right) || left.bytes(in: range) == right.bytes(in: range)
    }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    hasher.combine(bytes(in: 0..<Swift.min(count, Self.pageSize)))
  }
}

extension SparseBytes: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { count }
  /// The byte at `index`.
  public subscript(index: Int) -> UInt8 { whole?[index] ?? load(UInt8.self, at: index) }
}

extension SparseBytes: ExpressibleByArrayLiteral {
  public init(arrayLiteral bytes: UInt8...) { self.init(bytes) }
}

extension [UInt8] {
  /// Whether all bytes are zero.
  package var isZero: Bool {
    // Safe: each load is inside the bytes.
    unsafe withUnsafeBytes { bytes in
      let words = bytes.count / 8 * 8
      for offset in stride(from: 0, to: words, by: 8) {
        guard unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) == 0 else { return false }
      }
      return unsafe bytes[words...].allSatisfy { $0 == 0 }
    }
  }

  /// Replaces as many bytes as `block` has, from `offset` on.
  package mutating func replace(at offset: Int, with block: [UInt8]) {
    replaceSubrange(offset..<offset + block.count, with: block)
  }
}
