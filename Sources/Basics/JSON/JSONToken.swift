/// What JSON text is made of, in the dialect of QEMU: texts may stand in single quotes.
enum JSONToken: Equatable, Sendable {
  /// One of `{ } [ ] : ,`.
  case punctuation(UInt8)
  /// The contents between the quotes, escapes untouched.
  case text([UInt8])
  case integer(String)
  case real(String)
  /// Lower-case letters: `true`, `false`, `null`, or a mistake.
  case keyword(String)
}

/// JSON text that is none.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// In QEMU's words.
  package let description: String

  package init(_ description: String) { self.description = description }

  static func syntax(_ fact: String) -> JSONError { JSONError("JSON parse error, \(fact)") }

  /// The text ends within a value.
  static let unfinished = syntax("premature EOI")
}
