/// The first error in JSON text, and its position, as found by a parser that checks each token when it is complete.
///
/// Source: QEMU 11.1, from its messages about such texts.
package struct JSONFault: Sendable {
  /// Line and column count from 1.
  private let line: Int
  private let column: Int
  private let fact: String

  /// The error in the words of QEMU since 11.0.
  package var error: JSONError { JSONError("\(line):\(column): JSON parse error, \(fact)") }

  /// Finds the first error in the first value of `text`; `nil` if there is none.
  package init?(in text: String) {
    var scan = JSONScan()
    for byte in text.utf8 where !scan.isDone { scan.read(byte) }
    if !scan.isDone { scan.end() }
    guard let fault = scan.fault else { return nil }
    self = fault
  }

  fileprivate init(_ place: (line: Int, column: Int), _ fact: String) {
    (line, column) = place
    self.fact = fact
  }
}

/// The state of a scan: the text so far, and what may follow.
private struct JSONScan {
  private enum Expected { case value, valueOrEnd, key, keyOrEnd, colon, separator }

  private(set) var fault: JSONFault?
  private var lexer = JSONLexer()
  private var place = (line: 1, column: 0)
  private var start = (line: 1, column: 1)
  private var expected = Expected.value
  /// The keys of each open object, outermost first; `nil` for an array.
  private var open: [Set<String>?] = []
  /// The last key of each open object.
  private var keys: [String] = []

  /// Whether an error or a complete value was found; the text after it does not matter.
  var isDone: Bool { fault != nil || open.isEmpty && expected == .separator }

  /// Whether the innermost open value is an object.
  private var isObject: Bool { open.last.map { $0 != nil } ?? false }

  mutating func read(_ byte: UInt8) {
    place.column += 1
    let wasIdle = lexer.isIdle
    let results = lexer.read(byte)
    for (index, result) in results.enumerated() {
      switch result {
      case .failure(let error): note(error, at: wasIdle || index > 0 ? place : start)
      // QEMU places a token that ends a number or a word one column further.
      case .token(.punctuation(let mark)): take(mark, at: (place.line, place.column + index))
      case .token(let token): take(token, at: start)
      }
    }
    if !lexer.isIdle, wasIdle || !results.isEmpty { start = (place.line, place.column + results.count) }
    if byte == UInt8(ascii: "\n") { place = (place.line + 1, 0) }
  }

  mutating func end() {
    place.column += 1
    let wasIdle = lexer.isIdle
    switch lexer.end() {
    case .failure(let error)?: note(error, at: start)
    case .token(let token)?: take(token, at: start)
    case nil: break
    }
    guard fault == nil, !open.isEmpty else { return }
    if !wasIdle { place.column += 1 }
    fault = JSONFault(place, "premature end of input")
  }

  private mutating func note(_ error: JSONError, at place: (line: Int, column: Int)) {
    fault = fault ?? JSONFault(place, String(error.description.dropFirst("JSON parse error, ".count)))
  }

  private mutating func take(_ token: JSONToken, at place: (line: Int, column: Int)) {
    guard fault == nil else { return }
    do throws(JSONError) {
      switch (expected, token) {
      case (.value, .punctuation), (.valueOrEnd, .punctuation): throw .syntax("expecting value")
      case (.value, _), (.valueOrEnd, _):
        _ = try JSONParser.value(of: [token])
        try complete()
      case (.key, .text(let bytes)), (.keyOrEnd, .text(let bytes)):
        guard case .text(let key) = try JSONParser.value(of: [.text(bytes)]) else { return }
        keys[keys.count - 1] = key
        expected = .colon
      case (.key, _), (.keyOrEnd, _): throw .syntax("expecting key")
      case (.colon, _): throw .syntax("expecting ':'")
      case (.separator, _): throw .syntax(isObject ? "expected ',' or '}'" : "expected ',' or ']'")
      }
    } catch { note(error, at: place) }
  }

  private mutating func take(_ mark: UInt8, at place: (line: Int, column: Int)) {
    guard fault == nil else { return }
    switch (expected, UnicodeScalar(mark)) {
    case (.value, "{"), (.valueOrEnd, "{"):
      open.append([])
      keys.append("")
      expected = .keyOrEnd
    case (.value, "["), (.valueOrEnd, "["):
      open.append(nil)
      keys.append("")
      expected = .valueOrEnd
    case (.colon, ":"): expected = .value
    case (.keyOrEnd, "}"), (.valueOrEnd, "]"), (.separator, isObject ? "}" : "]"):
      open.removeLast()
      keys.removeLast()
      do throws(JSONError) { try complete() } catch { note(error, at: place) }
    case (.separator, ","): expected = isObject ? .key : .value
    default: take(.punctuation(mark), at: place)
    }
  }

  /// Handles a complete value: the document, or a member or element of the innermost open value.
  private mutating func complete() throws(JSONError) {
    expected = .separator
    guard let last = open.indices.last, var known = open[last] else { return }
    guard known.insert(keys[last]).inserted else { throw .syntax("duplicate key") }
    open[last] = known
  }
}
