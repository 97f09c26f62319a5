/// Parses the tokens of one value.
///
/// Source: QEMU `qobject/json-parser.c`, whose messages these are.
struct JSONParser {
  private var rest: ArraySlice<JSONToken>

  /// Returns the value of `tokens`, whose nesting the caller has limited.
  static func value(of tokens: [JSONToken]) throws(JSONError) -> JSONValue {
    var parser = JSONParser(rest: tokens[...])
    return try parser.value()
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    switch rest.popFirst() {
    case .punctuation(UInt8(ascii: "{"))?: return try object()
    case .punctuation(UInt8(ascii: "["))?: return try array()
    case .text(let bytes)?: return .text(try Self.text(bytes))
    case .integer(let digits)?: return try Self.number(digits)
    case .real(let digits)?: return try Self.real(digits)
    case .keyword("true")?: return .boolean(true)
    case .keyword("false")?: return .boolean(false)
    case .keyword("null")?: return .null
    case .keyword(let word)?: throw .syntax("invalid keyword '\(word.prefix(64))'")
    case .punctuation?: throw .syntax("expecting value")
    case nil: throw .unfinished
    }
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = []
    var keys: Set<String> = []
    if try skip("}") { return .object([]) }
    repeat {
      guard case .text(let key) = try value() else { throw .syntax("key is not a string in object") }
      guard try skip(":") else { throw .syntax("missing : in object pair") }
      let value = try value()
      guard keys.insert(key).inserted else { throw .syntax("duplicate key") }
      members.append((key, value))
      if try skip("}") { return .object(members) }
    } while try skip(",")
    throw .syntax("expected separator in dict")
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    var elements: [JSONValue] = []
    if try skip("]") { return .array([]) }
    repeat {
      elements.append(try value())
      if try skip("]") { return .array(elements) }
    } while try skip(",")
    throw .syntax("expected separator in list")
  }

  private mutating func skip(_ character: Unicode.Scalar) throws(JSONError) -> Bool {
    guard !rest.isEmpty else { throw .unfinished }
    guard rest.first == .punctuation(UInt8(ascii: character)) else { return false }
    rest.removeFirst()
    return true
  }

  private static func number(_ digits: String) throws(JSONError) -> JSONValue {
    if let number = Int64(digits) { return .integer(number) }
    if let number = UInt64(digits) { return .large(number) }
    return try real(digits)
  }

  private static func real(_ digits: String) throws(JSONError) -> JSONValue {
    guard let number = Double(digits), number.isFinite else { throw .syntax("number out of range") }
    return .real(number)
  }

  /// Returns `bytes` as text with its escapes resolved.
  private static func text(_ bytes: [UInt8]) throws(JSONError) -> String {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .syntax("invalid UTF-8 sequence in string") }
    guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
    var units: [UInt16] = []
    let text = String(decoding: bytes, as: UTF8.self)
    var rest = text[...].utf16
    while let unit = rest.popFirst() {
      guard unit == 0x5c else {
        units.append(unit)
        continue
      }
      let escape = rest.popFirst().flatMap { UnicodeScalar($0) }
      switch escape {
      case "\""?, "\\"?, "/"?, "'"?: units.append(UInt16(escape?.value ?? 0))
      case "b"?: units.append(0x08)
      case "f"?: units.append(0x0c)
      case "n"?: units.append(0x0a)
      case "r"?: units.append(0x0d)
      case "t"?: units.append(0x09)
      case "u"?:
        guard let character = character(at: rest) else {
          throw .syntax("\\u\(String(decoding: rest.prefix(4), as: UTF16.self)) is not a valid Unicode character")
        }
        units += character.utf16
        // The second half also has a backslash and a letter.
        rest = rest.dropFirst(character.utf16.count == 2 ? 10 : 4)
      default: throw .syntax("invalid escape sequence in string")
      }
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// Returns the character for the digits after `\u`, including those of a second half; `nil` if they do not form one.
  private static func character(at digits: Substring.UTF16View) -> Unicode.Scalar? {
    guard let unit = unit(digits) else { return nil }
    let rest = digits.dropFirst(4)
    guard UTF16.isLeadSurrogate(unit), rest.prefix(2).elementsEqual("\\u".utf16),
      let second = self.unit(rest.dropFirst(2)), UTF16.isTrailSurrogate(second)
    else { return unit == 0 ? nil : Unicode.Scalar(unit) }
    return String(decoding: [unit, second], as: UTF16.self).unicodeScalars.first
  }

  /// Returns the number formed by four digits at the start of `text`.
  private static func unit(_ text: Substring.UTF16View) -> UInt16? {
    let digits = String(decoding: text.prefix(4), as: UTF16.self)
    guard digits.utf8.count == 4, digits.utf8.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }) else {
      return nil
    }
    return UInt16(digits, radix: 16)
  }
}
