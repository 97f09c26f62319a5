package import Basics
package import LabelChange

extension LabelTransaction {
  /// The method that makes the change safe, for people.
  package var explanation: String {
    switch method {
    case .index: "new labels in free slots, then the other index block"
    case .birth: "labels, then the first index block"
    case .removal where writtenRanges.isEmpty: "the file ends before the area"
    case .removal: "the index blocks are erased, the current one last"
    case .record: "by a recovery record, from which vnvdimm-migrate-labels can complete it"
    case .length: "the file gets its new length in one step"
    case .none: "none"
    }
  }
}

/// A range of a backend's bytes that a change writes, as all answers report it: in JSON `offset` and `size`.
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
  /// The range as text: `0x4000000 to 0x4020000, 128 KiB`.
  package var description: String { "\(offset.hex) to \((offset + size).hex), \(ByteCount(size))" }
}

extension LabelTransaction {
  /// The ranges that the steps write, ascending.
  package var writes: [WrittenRange] { writtenRanges.map(WrittenRange.init) }
}
