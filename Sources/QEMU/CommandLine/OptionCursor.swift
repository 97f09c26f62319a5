/// Goes through the text of an option, value by value. Bytes, not characters: a combining mark after a comma must
/// not hide it.
struct OptionCursor {
  private var rest: ArraySlice<UInt8>

  init(_ text: String) { rest = Array(text.utf8)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  var next: UInt8? { rest.first }

  /// Takes everything before the next comma or equals sign.
  mutating func takeName() -> String {
    let name = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
    rest = rest[name.endIndex...]
    return String(decoding: name, as: UTF8.self)
  }

  /// Takes everything before the next single comma; double ones stand for one.
  mutating func takeValue() -> String {
    let comma = UInt8(ascii: ",")
    var value: [UInt8] = []
    while let byte = rest.first, byte != comma || rest.dropFirst().first == comma {
      value.append(byte)
      rest = rest.dropFirst(byte == comma ? 2 : 1)
    }
    return String(decoding: value, as: UTF8.self)
  }

  /// Takes `byte` if it is the next; true if it was.
  @discardableResult
  mutating func skip(_ byte: Character) -> Bool {
    guard let value = byte.asciiValue, rest.first == value else { return false }
    rest = rest.dropFirst()
    return true
  }
}
