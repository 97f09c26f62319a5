import Basics

/// The value of an option: `pc,nvdimm=on,accel=kvm`, or a JSON object.
///
/// A comma inside a value is doubled. A property without `=` is a flag; the first one may instead be the
/// value of the option's implied key. Of a key that occurs twice the last value counts.
/// Source: QEMU `util/keyval.c` and `util/qemu-option.c`.
package struct PropertyList: Equatable, Sendable {
  package enum Value: Equatable, Sendable {
    /// Text after `=`, or a JSON string.
    case text(String)
    /// A key without `=`.
    case flag
    /// A JSON number.
    case number(UInt64)
    /// `true` or `false` in JSON.
    case boolean(Bool)
  }

  package struct Property: Equatable, Sendable {
    package let key: String
    package let value: Value

    package init(key: String, value: Value) {
      self.key = key
      self.value = value
    }
  }

  package private(set) var properties: [Property] = []

  /// Reads `text`; `impliedKey` is the key of a first property that has no `=`.
  package init(parsing text: String, impliedKey: String? = nil) {
    for (index, part) in Self.parts(of: text).enumerated() {
      if let separator = part.firstIndex(of: UInt8(ascii: "=")) {
        let key = String(decoding: part[..<separator], as: UTF8.self)
        let value = String(decoding: part[(separator + 1)...], as: UTF8.self)
        properties.append(Property(key: key, value: .text(value)))
      } else if index == 0, let impliedKey {
        properties.append(Property(key: impliedKey, value: .text(String(decoding: part, as: UTF8.self))))
      } else {
        properties.append(Property(key: String(decoding: part, as: UTF8.self), value: .flag))
      }
    }
  }

  package init(_ properties: [Property]) { self.properties = properties }

  /// The last value given for `key`.
  package subscript(key: String) -> Value? { properties.last { $0.key == key }?.value }

  /// `text` cut at single commas; a comma at the end adds nothing.
  private static func parts(of text: String) -> [[UInt8]] {
    let parts = text.partsAtSingleCommas
    return parts.last == [] ? parts.dropLast() : parts
  }
}
