/// The layout of JSON text.
public struct JSONLayout: Sendable {
  fileprivate let separator: String
  fileprivate let colon: String
  /// Whether each member and element is on its own line.
  fileprivate let hasLines: Bool
  fileprivate let sortsMembers: Bool
  fileprivate let isASCII: Bool

  /// For people and programs: one member or element per line, members sorted by name.
  public static let lines = JSONLayout(separator: ",", colon: " : ", hasLines: true, sortsMembers: true, isASCII: false)
  /// For JSON Lines: a single line, members sorted by name.
  public static let line = JSONLayout(separator: ",", colon: ":", hasLines: false, sortsMembers: true, isASCII: false)
  /// A single line, members in their order: as libvirt writes QEMU's options.
  package static let compact = JSONLayout(
    separator: ",", colon: ":", hasLines: false, sortsMembers: false, isASCII: false)
  /// The layout of QEMU's monitor: a single line, a space after each comma and colon, ASCII only.
  ///
  /// Source: QEMU `qobject/json-writer.c`.
  package static let monitor = JSONLayout(
    separator: ", ", colon: ": ", hasLines: false, sortsMembers: false, isASCII: true)
}

extension JSONValue: CustomStringConvertible {
  /// Returns the value as text. `layout` affects only parts that have no meaning in JSON.
  public func formatted(_ layout: JSONLayout = .lines) -> String {
    var writer = JSONWriter(layout: layout)
    writer.write(self, depth: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  public var description: String { formatted(.line) }
}

/// Writes a value of JSON.
private struct JSONWriter {
  let layout: JSONLayout
  var bytes: [UInt8] = []

  init(layout: JSONLayout) {
    self.layout = layout
    bytes.reserveCapacity(2048)
  }

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: bytes += "null".utf8
    case .boolean(let boolean): bytes += (boolean ? "true" : "false").utf8
    case .integer(let number): bytes += String(number).utf8
    case .large(let number): bytes += String(number).utf8
    case .real(let number): bytes += (Int64(exactly: number).map { String($0) } ?? String(number)).utf8
    case .text(let text): write(text)
    case .array(let elements):
      writeList(elements, "[", "]", depth) { writer, element in writer.write(element, depth: depth + 1) }
    case .object(let members):
      let ordered = layout.sortsMembers ? members.sorted { $0.key < $1.key } : members
      writeList(ordered, "{", "}", depth) { writer, member in
        writer.write(member.key)
        writer.bytes += writer.layout.colon.utf8
        writer.write(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func writeList<Item>(
    _ items: [Item], _ opening: String, _ closing: String, _ depth: Int, _ write: (inout JSONWriter, Item) -> Void
  ) {
    bytes += opening.utf8
    for (index, item) in items.enumerated() {
      if index > 0 { bytes += layout.separator.utf8 }
      beginLine(depth + 1)
      write(&self, item)
    }
    if !items.isEmpty { beginLine(depth) }
    bytes += closing.utf8
  }

  private mutating func beginLine(_ depth: Int) {
    if layout.hasLines { bytes += "\n\(String(repeating: "  ", count: depth))".utf8 }
  }

  /// Writes a string, and also escapes characters that control a terminal. Source: RFC 8259, section 7.
  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    if layout.isASCII {
      for unit in text.utf16 { if unit < 0x7f { write(UInt8(unit)) } else { writeEscape(unit) } }
    } else {
      for scalar in text.unicodeScalars {
        if scalar.isASCII {
          write(UInt8(scalar.value))
        } else if scalar.commandsTerminal {
          for unit in UTF16.encode(scalar) ?? .init() { writeEscape(unit) }
        } else {
          bytes += String(scalar).utf8
        }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func write(_ character: UInt8) {
    switch character {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), character]
    case 0x08: bytes += "\\b".utf8
    case 0x0c: bytes += "\\f".utf8
    case 0x0a: bytes += "\\n".utf8
    case 0x0d: bytes += "\\r".utf8
    case 0x09: bytes += "\\t".utf8
    case ..<0x20, 0x7f: writeEscape(UInt16(character))
    default: bytes.append(character)
    }
  }

  private mutating func writeEscape(_ unit: UInt16) {
    let digits = String(unit, radix: 16)
    bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
  }
}
