/// Splits bytes into tokens as they arrive.
///
/// Source: QEMU `qobject/json-lexer.c`.
struct JSONLexer: Sendable {
  private enum State: Sendable {
    case start
    /// Within a string that `quote` ends.
    case text(quote: UInt8, isEscaped: Bool)
    case number(NumberPart)
    case keyword
    /// After an error: everything is ignored up to the next control character or punctuation.
    case recovery
  }

  /// The last part of a number that was read (RFC 8259, 6).
  private enum NumberPart: Sendable {
    case minus, zero, digits, point, fraction, exponent, exponentSign, exponentDigits

    /// Returns the part of the number that `byte` is; `nil` if it does not continue the number.
    func next(_ byte: UInt8) -> NumberPart? {
      switch (self, JSONLexer.isDigit(byte) ? "0" : UnicodeScalar(byte)) {
      case (.minus, "0"): byte == UInt8(ascii: "0") ? .zero : .digits
      case (.digits, "0"): .digits
      case (.zero, "."), (.digits, "."): .point
      case (.point, "0"), (.fraction, "0"): .fraction
      case (.zero, "e"), (.zero, "E"), (.digits, "e"), (.digits, "E"), (.fraction, "e"), (.fraction, "E"): .exponent
      case (.exponent, "+"), (.exponent, "-"): .exponentSign
      case (.exponent, "0"), (.exponentSign, "0"), (.exponentDigits, "0"): .exponentDigits
      default: nil
      }
    }

    /// Returns whether the number may end with this part before `byte`. A digit after a leading zero is an error.
    func isEnd(before byte: UInt8?) -> Bool {
      switch self {
      case .zero: byte.map { !JSONLexer.isDigit($0) } ?? true
      case .digits, .fraction, .exponentDigits: true
      case .minus, .point, .exponent, .exponentSign: false
      }
    }

    var isReal: Bool {
      switch self {
      case .minus, .zero, .digits: false
      case .point, .fraction, .exponent, .exponentSign, .exponentDigits: true
      }
    }
  }

  enum Result: Equatable, Sendable {
    case token(JSONToken)
    case failure(JSONError)
  }

  private var state = State.start
  private var bytes: [UInt8] = []

  /// Handles `byte`. Returns what it completes: at most the token before it and a token that it is itself.
  mutating func read(_ byte: UInt8) -> [Result] {
    switch state {
    case .start: return begin(byte).map { [$0] } ?? []
    case .recovery:
      guard byte != UInt8(ascii: "\t"), byte < 0x20 || byte >= 0xfe || Self.isPunctuation(byte) else { return [] }
      state = .start
      return begin(byte).map { [$0] } ?? []
    case .text(let quote, let isEscaped): return readText(byte, quote, isEscaped).map { [$0] } ?? []
    case .number(let part):
      if let next = part.next(byte) {
        bytes.append(byte)
        state = .number(next)
        return []
      }
      guard part.isEnd(before: byte) else { return [stray(bytes + [byte])] }
    case .keyword:
      if Self.isLetter(byte) {
        bytes.append(byte)
        return []
      }
    }
    let last = finish()
    return [last] + (begin(byte).map { [$0] } ?? [])
  }

  /// Returns the token or error that the end of the text completes.
  mutating func end() -> Result? {
    switch state {
    case .start, .recovery: return nil
    case .text(let quote, _): return stray([quote] + bytes)
    case .number(let part): return part.isEnd(before: nil) ? finish() : stray(bytes)
    case .keyword: return finish()
    }
  }

  /// Whether the lexer is between tokens.
  var isIdle: Bool { if case .start = state { true } else { false } }

  /// The number of bytes in an unfinished token.
  var pending: Int { bytes.count }

  private mutating func begin(_ byte: UInt8) -> Result? {
    bytes = []
    switch byte {
    case _ where Self.isPunctuation(byte): return .token(.punctuation(byte))
    case 0x20, 0x09, 0x0a, 0x0d: return nil
    case UInt8(ascii: "\""), UInt8(ascii: "'"): state = .text(quote: byte, isEscaped: false)
    case _ where Self.isDigit(byte) || byte == UInt8(ascii: "-"):
      bytes = [byte]
      state = .number(byte == UInt8(ascii: "-") ? .minus : byte == UInt8(ascii: "0") ? .zero : .digits)
    case _ where Self.isLetter(byte):
      bytes = [byte]
      state = .keyword
    default: return stray([byte])
    }
    return nil
  }

  private mutating func readText(_ byte: UInt8, _ quote: UInt8, _ isEscaped: Bool) -> Result? {
    guard byte >= 0x20, byte < 0xfe else { return stray([quote] + bytes + [byte]) }
    if byte == quote, !isEscaped {
      state = .start
      defer { bytes = [] }
      return .token(.text(bytes))
    }
    bytes.append(byte)
    state = .text(quote: quote, isEscaped: byte == UInt8(ascii: "\\") && !isEscaped)
    return nil
  }

  /// Returns the token of the collected bytes: a keyword, or a number that may end here.
  private mutating func finish() -> Result {
    let text = String(decoding: bytes, as: UTF8.self)
    defer { state = .start }
    guard case .number(let part) = state else { return .token(.keyword(text)) }
    return .token(part.isReal ? .real(text) : .integer(text))
  }

  private mutating func stray(_ bytes: [UInt8]) -> Result {
    self.bytes = []
    state = .recovery
    return .failure(.syntax("stray '\(String(decoding: bytes.prefix(64), as: UTF8.self))'"))
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool { "{}[]:,".utf8.contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}

/// A token of JSON text in QEMU's dialect, in which strings may be in single quotes.
enum JSONToken: Equatable, Sendable {
  /// One of `{ } [ ] : ,`.
  case punctuation(UInt8)
  /// The contents between the quotes, escapes untouched.
  case text([UInt8])
  case integer(String)
  case real(String)
  /// Lower-case letters: `true`, `false`, `null`, or an error.
  case keyword(String)
}

/// The error in malformed JSON text.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The error in QEMU's words.
  package let description: String

  package init(_ description: String) { self.description = description }

  static func syntax(_ fact: String) -> JSONError { JSONError("JSON parse error, \(fact)") }

  /// The text ends within a value.
  static let unfinished = syntax("premature EOI")
}
