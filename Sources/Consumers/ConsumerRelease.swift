/// A release of a program, such as 1.14 or 51.0: numbers with points between them, with or without a `v` in front.
package struct ConsumerRelease: Hashable, Comparable, Sendable {
  private let numbers: [Int]

  package init(_ numbers: Int...) { self.numbers = numbers }

  /// Nil where `text` is no release.
  package init?(parsing text: String) {
    let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil }
    guard (1...4).contains(parts.count), numbers.count == parts.count else { return nil }
    self.numbers = numbers
  }

  package static func < (left: ConsumerRelease, right: ConsumerRelease) -> Bool {
    left.numbers.lexicographicallyPrecedes(right.numbers)
  }
}

extension ConsumerRelease: CustomStringConvertible {
  package var description: String { numbers.map(String.init).joined(separator: ".") }
}
