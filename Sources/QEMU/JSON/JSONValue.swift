/// A value of JSON, as QEMU's monitor and its options have it.
package enum JSONValue: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  /// Above `Int64.max`.
  case large(UInt64)
  case real(Double)
  case text(String)
  case array([JSONValue])
  /// In the order in which the members came, or are to be sent.
  case object([(key: String, value: JSONValue)])

  package static func == (left: JSONValue, right: JSONValue) -> Bool {
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
    default: false
    }
  }

  /// Reads a text that is to be one value, whatever space is around it.
  ///
  /// Source: QEMU `qobject/qjson.c`, `qobject_from_jsonv`.
  package init(parsing text: String) throws(JSONError) {
    var found: Result<JSONValue, JSONError>?
    let take = { (next: Result<JSONValue, JSONError>) in
      switch found {
      case nil: found = next
      case .success?: found = .failure(JSONError("Expecting at most one JSON value"))
      case .failure?: break
      }
    }
    var stream = JSONStream()
    stream.read(Array(text.utf8), take)
    stream.end(take)
    guard let found else { throw JSONError("Expecting a JSON value") }
    self = try found.get()
  }

  package init(_ number: UInt64) { self = Int64(exactly: number).map { .integer($0) } ?? .large(number) }

  /// The member called `key` of an object.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The elements of an array.
  package var elements: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  package var string: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }
}
