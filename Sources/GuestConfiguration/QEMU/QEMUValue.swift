import FoundationEssentials

/// A value in one of QEMU's dictionaries. Text syntax knows only texts, lists and dictionaries; JSON knows all.
package indirect enum QEMUValue: Equatable, Sendable {
  case text(String)
  case integer(Int64)
  /// A whole number above the signed ones.
  case unsigned(UInt64)
  case real(Double)
  case boolean(Bool)
  case null
  case list([QEMUValue])
  case dictionary(QEMUDictionary)

  package var text: String? { if case .text(let text) = self { text } else { nil } }
}

extension QEMUValue: Decodable {
  package init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: MemberName.self) {
      var dictionary = QEMUDictionary()
      // The decoder has lost the order, which only decides between two keys that share a bucket.
      for name in members.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
        dictionary[name.stringValue] = try members.decode(QEMUValue.self, forKey: name)
      }
      self = .dictionary(dictionary)
      return
    }
    if let items = try? [QEMUValue](from: decoder) {
      self = .list(items)
      return
    }
    let scalar = try decoder.singleValueContainer()
    if scalar.decodeNil() {
      self = .null
    } else if let boolean = try? scalar.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let number = try? scalar.decode(Int64.self) {
      self = .integer(number)
    } else if let number = try? scalar.decode(UInt64.self) {
      self = .unsigned(number)
    } else if let number = try? scalar.decode(Double.self) {
      self = .real(number)
    } else {
      self = .text(try scalar.decode(String.self))
    }
  }

  private struct MemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
  }
}
