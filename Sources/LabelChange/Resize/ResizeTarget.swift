package import Basics

/// The length that a backend is to get, as people write it: `64M`, or `+16M` and `-16M` for a change of it.
package enum ResizeTarget: Hashable, Sendable {
  case absolute(UInt64)
  case growth(UInt64)
  case shrinkage(UInt64)

  /// A sign of subtraction that no argument parser takes for the beginning of an option.
  package static let minus: Character = "\u{2212}"

  package init(parsing text: String) throws(ByteCountError) {
    switch text.first {
    case "+": self = .growth(try ByteCount(parsing: String(text.dropFirst())).bytes)
    case "-", Self.minus: self = .shrinkage(try ByteCount(parsing: String(text.dropFirst())).bytes)
    default: self = .absolute(try ByteCount(parsing: text).bytes)
    }
  }

  /// The bytes that a backend of `size` bytes is to have; nil below 1 or beyond the longest file.
  package func size(from size: UInt64) -> UInt64? {
    let target: (partialValue: UInt64, overflow: Bool) =
      switch self {
      case .absolute(let bytes): (bytes, false)
      case .growth(let bytes): size.addingReportingOverflow(bytes)
      case .shrinkage(let bytes): size.subtractingReportingOverflow(bytes)
      }
    let isPossible = !target.overflow && target.partialValue > 0 && target.partialValue <= UInt64(Int64.max)
    return isPossible ? target.partialValue : nil
  }
}
