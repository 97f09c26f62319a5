/// Cuts bytes into tokens, as they come.
///
/// Source: QEMU `qobject/json-lexer.c`.
struct JSONLexer: Sendable {
  private enum State: Sendable {
    case start
    /// Within a text that `quote` ends.
    case text(quote: UInt8, isEscaped: Bool)
    case number
    case keyword
    /// After a mistake: all is passed over to the next control character or punctuation.
    case recovery
  }

  enum Result: Equatable, Sendable {
    case token(JSONToken)
    case failure(JSONError)
  }

  private var state = State.start
  private var bytes: [UInt8] = []

  /// Takes `byte`; answers what it completes: at most the token before it and one that it is itself.
  mutating func read(_ byte: UInt8) -> [Result] {
    switch state {
    case .start: return begin(byte).map { [$0] } ?? []
    case .recovery:
      guard byte != UInt8(ascii: "\t"), byte < 0x20 || byte >= 0xfe || Self.isPunctuation(byte) else { return [] }
      state = .start
      return begin(byte).map { [$0] } ?? []
    case .text(let quote, let isEscaped): return readText(byte, quote, isEscaped).map { [$0] } ?? []
    case .keyword, .number:
      if isContinued(by: byte) {
        bytes.append(byte)
        return []
      }
      let last = finish()
      return [last] + (begin(byte).map { [$0] } ?? [])
    }
  }

  /// How many bytes of an unfinished token there are.
  var pending: Int { bytes.count }

  private func isContinued(by byte: UInt8) -> Bool {
    if case .keyword = state { return Self.isLetter(byte) }
    return Self.isDigit(byte) || [".", "e", "E", "+", "-"].contains { UInt8(ascii: $0) == byte }
  }

  private mutating func begin(_ byte: UInt8) -> Result? {
    bytes = []
    switch byte {
    case _ where Self.isPunctuation(byte): return .token(.punctuation(byte))
    case 0x20, 0x09, 0x0a, 0x0d: return nil
    case UInt8(ascii: "\""), UInt8(ascii: "'"): state = .text(quote: byte, isEscaped: false)
    case _ where Self.isDigit(byte) || byte == UInt8(ascii: "-"):
      bytes = [byte]
      state = .number
    case _ where Self.isLetter(byte):
      bytes = [byte]
      state = .keyword
    default: return stray([byte])
    }
    return nil
  }

  private mutating func readText(_ byte: UInt8, _ quote: UInt8, _ isEscaped: Bool) -> Result? {
    guard byte >= 0x20, byte < 0xfe else { return stray([quote] + bytes) }
    if byte == quote, !isEscaped {
      state = .start
      defer { bytes = [] }
      return .token(.text(bytes))
    }
    bytes.append(byte)
    state = .text(quote: quote, isEscaped: byte == UInt8(ascii: "\\") && !isEscaped)
    return nil
  }

  /// The token of what was gathered.
  private mutating func finish() -> Result {
    let text = String(decoding: bytes, as: UTF8.self)
    if case .keyword = state {
      state = .start
      return .token(.keyword(text))
    }
    guard let isReal = Self.isReal(bytes) else { return stray(bytes) }
    state = .start
    return .token(isReal ? .real(text) : .integer(text))
  }

  private mutating func stray(_ bytes: [UInt8]) -> Result {
    self.bytes = []
    state = .recovery
    return .failure(.syntax("stray '\(String(decoding: bytes.prefix(64), as: UTF8.self))'"))
  }

  /// Whether the number in `bytes` has a fraction or an exponent; nil where it is no number (RFC 8259, 6).
  private static func isReal(_ bytes: [UInt8]) -> Bool? {
    var rest = bytes[...]
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    guard let first = rest.first, isDigit(first) else { return nil }
    let whole = rest.prefix(while: isDigit)
    guard whole.count == 1 || first != UInt8(ascii: "0") else { return nil }
    rest = rest.dropFirst(whole.count)
    var isReal = false
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix(while: isDigit)
      guard !digits.isEmpty else { return nil }
      rest = rest.dropFirst(1 + digits.count)
      isReal = true
    }
    if let exponent = rest.first, exponent | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
      guard !rest.isEmpty, rest.allSatisfy(isDigit) else { return nil }
      return true
    }
    return rest.isEmpty ? isReal : nil
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool { "{}[]:,".utf8.contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}
