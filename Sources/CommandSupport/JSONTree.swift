/// A document of JSON, member by member: of many of them the text is made in a fraction of the time that `JSONEncoder`
/// takes, and is the same.
package enum JSONTree: Sendable {
  case null
  case boolean(Bool)
  case unsigned(UInt64)
  case signed(Int)
  case text(String)
  case list([JSONTree])
  /// The names must differ.
  case object([(name: String, value: JSONTree)])

  /// Null where there is no value.
  package init(_ value: UInt64?) { self = value.map { .unsigned($0) } ?? .null }
  package init(_ value: Int?) { self = value.map { .signed($0) } ?? .null }
  package init(_ value: String?) { self = value.map { .text($0) } ?? .null }
  package init(_ value: Bool?) { self = value.map { .boolean($0) } ?? .null }

  /// The document on one line, its members in the order of their names.
  package var line: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2048)
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += "null".utf8
    case .boolean(let value): bytes += (value ? "true" : "false").utf8
    case .unsigned(let value): bytes += String(value).utf8
    case .signed(let value): bytes += String(value).utf8
    case .text(let text): Self.write(text, to: &bytes)
    case .list(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { $0.name < $1.name }).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// Source: RFC 8259, section 7; characters beyond ASCII stand for themselves.
  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x08: bytes += "\\b".utf8
      case 0x0c: bytes += "\\f".utf8
      case 0x0a: bytes += "\\n".utf8
      case 0x0d: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case ..<0x10: bytes += "\\u000\(String(byte, radix: 16))".utf8
      case ..<0x20: bytes += "\\u00\(String(byte, radix: 16))".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension JSONTree: Encodable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let members):
      var object = encoder.container(keyedBy: Name.self)
      for (name, value) in members { try object.encode(value, forKey: Name(stringValue: name)) }
    case .list(let elements):
      var list = encoder.unkeyedContainer()
      for element in elements { try list.encode(element) }
    default:
      var single = encoder.singleValueContainer()
      switch self {
      case .boolean(let value): try single.encode(value)
      case .unsigned(let value): try single.encode(value)
      case .signed(let value): try single.encode(value)
      case .text(let value): try single.encode(value)
      case .null, .list, .object: try single.encodeNil()
      }
    }
  }
}
