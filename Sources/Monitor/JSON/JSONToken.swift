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
struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// In QEMU's words.
  let description: String

  init(_ description: String) { self.description = description }

  static func syntax(_ fact: String) -> JSONError { JSONError("JSON parse error, \(fact)") }
}
