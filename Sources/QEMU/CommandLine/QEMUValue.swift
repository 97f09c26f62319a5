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

extension QEMUValue {
  init(_ json: JSONValue) {
    self =
      switch json {
      case .null: .null
      case .boolean(let boolean): .boolean(boolean)
      case .integer(let number): .integer(number)
      case .large(let number): .unsigned(number)
      case .real(let number): .real(number)
      case .text(let text): .text(text)
      case .array(let elements): .list(elements.map { QEMUValue($0) })
      case .object(let members): .dictionary(QEMUDictionary(members))
      }
  }
}
