extension PropertyList {
  /// Reads a JSON object whose members are texts, whole numbers and booleans; nil where `text` is something else.
  package init?(json text: String) {
    guard case .object(let members)? = try? JSONValue(parsing: text) else { return nil }
    var properties: [Property] = []
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      guard let value = Value(value) else { return nil }
      properties.append(Property(key: key, value: value))
    }
    self.init(properties)
  }
}

extension PropertyList.Value {
  fileprivate init?(_ json: JSONValue) {
    switch json {
    case .text(let text): self = .text(text)
    case .boolean(let boolean): self = .boolean(boolean)
    case .integer(let number) where number >= 0: self = .number(UInt64(number))
    case .large(let number): self = .number(number)
    default: return nil
    }
  }
}
