import Basics

/// The value of an option in QEMU's older syntax (`QemuOpts`): `node,nodeid=1`, `nvdimm,memdev=mem1`.
///
/// A comma inside a value is doubled. A key without `=` is a flag: `unarmed` is `unarmed=on`, `nounarmed` is
/// `unarmed=off`; the first one may instead be the value of the implied key. Source: QEMU 7.2 `util/qemu-option.c`.
package struct OptionList: Equatable, Sendable {
  package struct Option: Equatable, Sendable {
    package let key: String
    package let value: String
  }

  /// The first `id`. Ids are kept apart from other options.
  package private(set) var id: String?
  /// All options but `id`, in the order given.
  package private(set) var options: [Option] = []
  /// The flags as they were written. QEMU warns about flags since 6.0.
  package private(set) var flags: [String] = []
  /// Whether a flag asks for help.
  package private(set) var asksForHelp = false

  package init(parsing text: String, impliedKey: String?) {
    var cursor = OptionCursor(text)
    var firstKey = impliedKey
    while !cursor.isAtEnd {
      let start = cursor
      let name = cursor.takeName()
      if cursor.skip("=") {
        add(name, cursor.takeValue())
      } else if let key = firstKey {
        cursor = start
        add(key, cursor.takeValue())
      } else {
        addFlag(name)
      }
      firstKey = nil
      cursor.skip(",")
    }
  }

  package init(id: String?, _ options: [Option]) {
    self.id = id
    self.options = options
  }

  private mutating func add(_ key: String, _ value: String) {
    if key == "id" { id = id ?? value } else { options.append(Option(key: key, value: value)) }
  }

  private mutating func addFlag(_ name: String) {
    guard name != "help", name != "?" else {
      asksForHelp = true
      return
    }
    flags.append(name)
    let isOff = name.hasPrefix("no")
    add(isOff ? String(name.dropFirst(2)) : name, isOff ? "off" : "on")
  }

  /// The options as a dictionary, `id` included.
  package var dictionary: QEMUDictionary {
    var dictionary = QEMUDictionary()
    if let id { dictionary["id"] = .text(id) }
    for option in options { dictionary[option.key] = .text(option.value) }
    return dictionary
  }

  /// Whether help is asked for, in options that accept any key: `help=x` is enough.
  package var namesHelp: Bool { asksForHelp || options.contains { $0.key == "help" || $0.key == "?" } }

  /// The last value of `key`.
  package subscript(key: String) -> String? { options.last { $0.key == key }?.value }
}

/// Walks through the text of an option, value by value. It works on bytes, not on characters, because a combining mark
/// after a comma must not hide the comma.
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

  /// Takes everything before the next single comma; a doubled comma stands for one.
  mutating func takeValue() -> String {
    let comma = UInt8(ascii: ",")
    var value: [UInt8] = []
    while let byte = rest.first, byte != comma || rest.dropFirst().first == comma {
      value.append(byte)
      rest = rest.dropFirst(byte == comma ? 2 : 1)
    }
    return String(decoding: value, as: UTF8.self)
  }

  /// Skips `byte` if it comes next, and returns whether it did.
  @discardableResult
  mutating func skip(_ byte: Character) -> Bool {
    guard let value = byte.asciiValue, rest.first == value else { return false }
    rest = rest.dropFirst()
    return true
  }
}
