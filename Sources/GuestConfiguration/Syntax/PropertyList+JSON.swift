import FoundationEssentials

extension PropertyList {
  /// Reads a JSON object whose members are texts, whole numbers and booleans; nil where `text` is something else.
  package init?(json text: String) {
    let bytes = Data(text.utf8)
    guard let members = try? JSONDecoder().decode([String: Value].self, from: bytes) else { return nil }
    self.init(members.sorted { $0.key < $1.key }.map { Property(key: $0.key, value: $0.value) })
  }
}

extension PropertyList.Value: Decodable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let boolean = try? container.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let number = try? container.decode(UInt64.self) {
      self = .number(number)
    } else {
      self = .text(try container.decode(String.self))
    }
  }
}
