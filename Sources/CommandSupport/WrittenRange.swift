package import Basics
package import LabelChange

/// A range of a backend's bytes that a change writes, as every answer tells it: in JSON `offset` and `size`.
package struct WrittenRange {
  private let offset: UInt64
  private let size: UInt64

  init(_ range: Range<UInt64>) {
    offset = range.lowerBound
    size = range.upperBound - range.lowerBound
  }

  package var json: JSONValue { .object([("offset", JSONValue(offset)), ("size", JSONValue(size))]) }
}

extension WrittenRange: CustomStringConvertible {
  /// `0x4000000 to 0x4020000, 128 KiB`
  package var description: String { "\(offset.hex) to \((offset + size).hex), \(ByteCount(size))" }
}

extension LabelTransaction {
  /// What the steps write, ascending.
  package var writes: [WrittenRange] { writtenRanges.map(WrittenRange.init) }
}
