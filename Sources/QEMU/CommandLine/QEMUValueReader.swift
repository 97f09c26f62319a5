import Basics

/// Takes values out of a QEMU dictionary, each as the type that the option has, and makes QEMU's complaint if a value
/// has another type. Source: QEMU 7.2 `qapi/opts-visitor.c`, `qapi/qobject-input-visitor.c`.
struct QEMUValueReader {
  /// The origin of the values, which determines their form and the wording of complaints.
  enum Syntax: Sendable {
    /// `-object`, `-numa`
    case options
    /// `-global`
    case string
    /// `-machine`, `-device`, a group of a configuration file
    case keyval
    case json
  }

  let dictionary: QEMUDictionary
  let syntax: Syntax
  /// The prefix of the keys in messages: `memory.`
  let path: String
  /// Whether the complaint about a value that is not a boolean names its type. (before 5.2)
  private var tellsBooleansByType = false
  /// Whether the complaint about an unknown choice calls it a parameter. (before 6.0)
  private var tellsChoiceAsParameter = false
  var sizeRules = QEMUSize.Rules.exact
  /// The keys that are present, in the order in which they were read.
  private var visited: [String] = []

  init(_ dictionary: QEMUDictionary, _ syntax: Syntax, path: String = "") {
    self.dictionary = dictionary
    self.syntax = syntax
    self.path = path
  }

  /// Reads sizes and choices as `release` does, and words complaints about `properties` of objects as it does.
  mutating func obey(_ release: QEMURelease, properties: Bool = false) {
    sizeRules = release.sizeRules
    tellsChoiceAsParameter = release.has(.choiceIsParameter)
    tellsBooleansByType = properties && release.has(.booleansByType)
  }

  private mutating func value(_ key: String) -> JSONValue? {
    ignore(key)
    return dictionary[key]
  }

  /// Returns the text of `value`, in a syntax that has only texts.
  private func plainText(_ value: JSONValue, _ key: String) throws(QEMUComplaint) -> String {
    guard let text = value.text else { throw .unexpectedParameter("\(path)\(key).*") }
    return text
  }

  mutating func text(_ key: String) throws(QEMUComplaint) -> String? {
    guard let value = value(key) else { return nil }
    if let text = value.text { return text }
    guard syntax == .json else { throw .unexpectedParameter("\(path)\(key).*") }
    throw .expectedType(parameter: path + key, "string")
  }

  mutating func boolean(_ key: String) throws(QEMUComplaint) -> Bool? {
    guard let value = value(key) else { return nil }
    guard syntax != .json else {
      guard case .boolean(let boolean) = value else { throw .expectedType(parameter: path + key, "boolean") }
      return boolean
    }
    switch try plainText(value, key) {
    case "on", "yes", "true", "y": return true
    case "off", "no", "false", "n": return false
    case _ where tellsBooleansByType: throw .expectedType(parameter: path + key, "boolean")
    default: throw .expected(parameter: path + key, "'on' or 'off'")
    }
  }

  mutating func size(_ key: String) throws(QEMUComplaint) -> UInt64? {
    guard syntax != .json else { return try unsigned(key) }
    guard let value = value(key) else { return nil }
    let text = try plainText(value, key)
    do throws(QEMUSize.Failure) { return try QEMUSize.parse(text, sizeRules) } catch {
      guard syntax != .string || error == .malformed else { throw .outOfRange(parameter: path + key, value: text) }
      let what =
        switch syntax {
        case .options: "a size value"
        case .string: "a non-negative number below 2^64"
        case .keyval, .json: "size"
        }
      throw .expected(parameter: path + key, what)
    }
  }

  mutating func unsigned(_ key: String) throws(QEMUComplaint) -> UInt64? {
    guard let value = value(key) else { return nil }
    switch (syntax, value) {
    case (.json, .integer(let number)): return UInt64(bitPattern: number)
    case (.json, .large(let number)): return number
    case (.json, _): throw .expected(parameter: path + key, "uint64")
    case (.keyval, _), (.string, _):
      guard let number = CInteger.unsigned(try plainText(value, key)) else {
        throw .expected(parameter: path + key, syntax == .string ? "uint64" : "integer")
      }
      return number
    case (.options, _):
      guard let number = CInteger.unsignedWithoutMinus(try plainText(value, key)) else {
        throw .expected(parameter: path + key, "a uint64 value")
      }
      return number
    }
  }

  /// Reads a number of fewer than 64 bits.
  mutating func unsigned<Number: UnsignedInteger & FixedWidthInteger>(
    _ key: String, as type: Number.Type
  ) throws(QEMUComplaint) -> Number? {
    guard let number = try unsigned(key) else { return nil }
    guard let exact = Number(exactly: number) else {
      throw .expected(parameter: path + key, "uint\(Number.bitWidth)_t")
    }
    return exact
  }

  mutating func signed(_ key: String) throws(QEMUComplaint) -> Int64? {
    guard let value = value(key) else { return nil }
    switch (syntax, value) {
    case (.json, .integer(let integer)): return integer
    case (.json, _): throw .expectedType(parameter: path + key, "integer")
    default:
      if let integer = CInteger.signed(try plainText(value, key)) { return integer }
      let what =
        switch syntax {
        case .options: "an int64 value"
        case .string: "int64"
        case .keyval, .json: "integer"
        }
      throw .expected(parameter: path + key, what)
    }
  }

  mutating func signed32(_ key: String) throws(QEMUComplaint) -> Int32? {
    guard let number = try signed(key) else { return nil }
    guard let exact = Int32(exactly: number) else { throw .expected(parameter: path + key, "int32_t") }
    return exact
  }

  mutating func choice(_ key: String, of choices: [String]) throws(QEMUComplaint) -> String? {
    guard let text = try text(key) else { return nil }
    guard choices.contains(text) else {
      throw tellsChoiceAsParameter ? .invalidParameter(text) : .notAccepted(parameter: path + key, value: text)
    }
    return text
  }

  /// Counts `key` as read, whatever its value.
  mutating func ignore(_ key: String) {
    if dictionary[key] != nil, !visited.contains(key) { visited.append(key) }
  }

  /// Returns the value of `key`. Throws if it is missing.
  func required<Value>(_ value: Value?, _ key: String) throws(QEMUComplaint) -> Value {
    guard let value else { throw .missingParameter(path + key) }
    return value
  }

  /// The keys that were not read, in the order in which QEMU visits a dictionary.
  var unread: [String] { dictionary.keysInOrder.filter { !visited.contains($0) } }

  /// Throws QEMU's complaint if a key was not read.
  func finish() throws(QEMUComplaint) {
    guard visited.count < dictionary.keys.count else { return }
    var left = GLibStringSet(syntax == .options ? dictionary.keysWithIDLast : dictionary.keysInOrder)
    for key in visited { left.remove(key) }
    guard let key = left.first else { return }
    throw syntax == .options ? .invalidParameter(key) : .unexpectedParameter(path + key)
  }
}
