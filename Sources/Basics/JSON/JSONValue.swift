/// A JSON value: the output of every program, the messages of QEMU's monitor, and the options of QEMU.
///
/// Source: RFC 8259.
public enum JSONValue: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  /// A whole number above `Int64.max`.
  case large(UInt64)
  case real(Double)
  case text(String)
  case array([JSONValue])
  /// The members in their order in the text; their keys are distinct.
  case object([(key: String, value: JSONValue)])

  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.large(let left), .large(let right)): left == right
    case (.real(let left), .real(let right)): left == right
    case (.text(let left), .text(let right)): left == right
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)):
      left.count == right.count
        && left.allSatisfy { member in right.first { $0.key == member.key }?.value == member.value }
    case (.null, _), (.boolean, _), (.integer, _), (.large, _), (.real, _), (.text, _), (.array, _), (.object, _): false
    }
  }
}

extension JSONValue {
  /// The member `format` of every document that the suite prints: the version of its schema.
  package static let format = JSONValue.integer(1)

  /// Makes a number; `null` for `nil`.
  package init(_ number: (some FixedWidthInteger)?) {
    guard let number else {
      self = .null
      return
    }
    self = Int64(exactly: number).map { .integer($0) } ?? .large(UInt64(truncatingIfNeeded: number))
  }

  /// Makes a text; `null` for `nil`.
  package init(_ text: String?) { self = text.map { .text($0) } ?? .null }

  /// Makes a boolean; `null` for `nil`.
  package init(_ boolean: Bool?) { self = boolean.map { .boolean($0) } ?? .null }

  /// Makes an array of the results of `value` for each of `things`.
  package init<Things: Sequence>(_ things: Things, _ value: (Things.Element) -> JSONValue) {
    self = .array(things.map(value))
  }

  /// Makes an object of the members that have a value.
  package init(present members: [(key: String, value: JSONValue?)]) {
    self = .object(members.compactMap { key, value in value.map { (key, $0) } })
  }
}

extension JSONValue {
  /// Parses a text that consists of one value and optional white space.
  ///
  /// Source: QEMU `qobject/qjson.c`, `qobject_from_jsonv`.
  package init(parsing text: some StringProtocol) throws(JSONError) {
    var found: Result<JSONValue, JSONError>?
    let take = { (next: Result<JSONValue, JSONError>) in
      switch found {
      case nil: found = next
      case .success?: found = .failure(JSONError("Expecting at most one JSON value"))
      case .failure?: break
      }
    }
    let bytes = Array(text.utf8)
    var stream = JSONStream(sizeLimit: bytes.count, tokenLimit: bytes.count)
    stream.read(bytes, take)
    stream.end(take)
    guard let found else { throw JSONError("Expecting a JSON value") }
    self = try found.get()
  }

  /// The member `key`; `nil` if there is none, or if the value is not an object.
  package subscript(key: String) -> JSONValue? { members?.first { $0.key == key }?.value }

  /// The members; `nil` if the value is not an object.
  package var members: [(key: String, value: JSONValue)]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The elements; `nil` if the value is not an array.
  package var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

  package var text: String? { if case .text(let text) = self { text } else { nil } }

  /// Returns the value as a `Number`; `nil` if it is not a whole number, or does not fit.
  package func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number? {
    switch self {
    case .integer(let number): Number(exactly: number)
    case .large(let number): Number(exactly: number)
    case .null, .boolean, .real, .text, .array, .object: nil
    }
  }
}
