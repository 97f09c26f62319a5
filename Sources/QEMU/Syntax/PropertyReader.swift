import Basics

/// Takes the properties of one argument out of it, one by one, each as what it must be.
///
/// At the end `finish` refuses what nobody asked for, and knows the names that it could have been.
struct PropertyReader {
  /// The argument as messages name it.
  let argument: String
  private let list: PropertyList
  private var known: [String] = []

  /// The reader of `value`, which followed `option`; a value that begins with `{` is JSON.
  init(_ option: String, _ value: String, impliedKey: String) throws(ConfigurationError) {
    argument = "\(option) \(value)"
    guard value.hasPrefix("{") else {
      list = PropertyList(parsing: value, impliedKey: impliedKey)
      return
    }
    guard let json = PropertyList(json: value) else { throw ConfigurationError(argument, .malformedJSON) }
    list = json
  }

  /// The reader of properties that did not come from the command line; `argument` names them.
  init(_ argument: String, _ list: PropertyList) {
    self.argument = argument
    self.list = list
  }

  func failure(_ fact: ConfigurationError.Fact) -> ConfigurationError { ConfigurationError(argument, fact) }

  func has(_ key: String) -> Bool { list[key] != nil }

  mutating func text(_ key: String) throws(ConfigurationError) -> String? {
    switch value(key) {
    case nil: nil
    case .text(let text): text
    case .flag, .number, .boolean: throw failure(.expected(parameter: key, "a text"))
    }
  }

  /// Every text that is given for `key`.
  mutating func texts(_ key: String) throws(ConfigurationError) -> [String] {
    known.append(key)
    var texts: [String] = []
    for property in list.properties where property.key == key {
      guard case .text(let text) = property.value else { throw failure(.expected(parameter: key, "a text")) }
      texts.append(text)
    }
    return texts
  }

  /// A text that must be there and be no empty one.
  mutating func required(_ key: String) throws(ConfigurationError) -> String {
    guard let text = try text(key), !text.isEmpty else { throw failure(.missingParameter(key)) }
    return text
  }

  mutating func identifier(_ key: String) throws(ConfigurationError) -> String? {
    guard let text = try text(key) else { return nil }
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let isWellFormed =
      text.utf8.first.map { letters.contains($0 & 0xdf) } == true
      && text.utf8.allSatisfy { letters.contains($0 & 0xdf) || "0123456789-._".utf8.contains($0) }
    guard isWellFormed else { throw failure(.notAnIdentifier(parameter: key)) }
    return text
  }

  /// A size; a number without a suffix counts `unit`.
  mutating func size(_ key: String, unit: Character = "B") throws(ConfigurationError) -> UInt64? {
    switch value(key) {
    case nil: return nil
    case .number(let number): return number
    case .text(let text): if let bytes = QEMUSize.bytes(text, unit: unit) { return bytes }
    case .flag, .boolean: break
    }
    throw failure(.expected(parameter: key, "a size value"))
  }

  mutating func flag(_ key: String) throws(ConfigurationError) -> Bool? {
    switch value(key) {
    case nil: return nil
    case .flag, .text("on"), .text("yes"), .text("true"), .text("y"): return true
    case .text("off"), .text("no"), .text("false"), .text("n"): return false
    case .boolean(let boolean): return boolean
    case .text, .number: throw failure(.expected(parameter: key, "'on' or 'off'"))
    }
  }

  /// A whole number, decimal or `0x` hexadecimal, possibly negative.
  mutating func integer<Value: FixedWidthInteger>(
    _ key: String, as type: Value.Type = Value.self
  ) throws(ConfigurationError) -> Value? {
    switch value(key) {
    case nil: return nil
    case .number(let number): if let value = Value(exactly: number) { return value }
    case .text(let text):
      let isHexadecimal = text.hasPrefix("0x")
      if let value = Value(isHexadecimal ? String(text.dropFirst(2)) : text, radix: isHexadecimal ? 16 : 10) {
        return value
      }
    case .flag, .boolean: break
    }
    throw failure(.expected(parameter: key, "integer"))
  }

  /// A value of an enumeration whose raw values are QEMU's words.
  mutating func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ key: String, of type: Value.Type
  ) throws(ConfigurationError) -> Value? {
    guard let text = try text(key) else { return nil }
    guard let choice = Value(rawValue: text) else {
      let supported = Value.allCases.map(\.rawValue)
      throw failure(.unsupportedValue(parameter: key, value: text, supported: supported))
    }
    return choice
  }

  /// Accepts `keys` without looking at their values.
  mutating func ignore(_ keys: [String]) { known += keys }

  /// Refuses what was not asked for, if that is wanted.
  func finish(_ unknown: UnknownOptions) throws(ConfigurationError) {
    guard unknown == .refused else { return }
    for property in list.properties where !known.contains(property.key) {
      throw failure(.unknownParameter(property.key, nearest: known.nearest(to: property.key)))
    }
  }

  private mutating func value(_ key: String) -> PropertyList.Value? {
    known.append(key)
    return list[key]
  }
}
