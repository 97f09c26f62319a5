import FoundationEssentials
import QEMU

/// The value of an `-object` or `-device` as libvirt writes it: JSON, or `key=value` for a release that takes none.
struct QEMUObject: Equatable, Sendable {
  enum Value: Equatable, Sendable {
    case text(String)
    case number(UInt64)
    case flag(Bool)
  }

  let properties: [(key: String, value: Value)]

  /// Leaves out what has no value.
  init(_ properties: [(String, Value?)]) {
    self.properties = properties.compactMap { key, value in value.map { (key, $0) } }
  }

  static func == (left: QEMUObject, right: QEMUObject) -> Bool {
    left.properties.elementsEqual(right.properties) { $0 == $1 }
  }

  /// For a release that takes JSON since `json`.
  func argument(_ release: QEMURelease, json: QEMURelease) -> String {
    guard release >= json else {
      let values = properties.enumerated().map { $0 == 0 ? $1.value.keyval : "\($1.key)=\($1.value.keyval)" }
      return values.joined(separator: ",")
    }
    return "{" + properties.map { "\"\($0.key)\":\($0.value.json)" }.joined(separator: ",") + "}"
  }
}

extension QEMUObject.Value {
  fileprivate var keyval: String {
    switch self {
    case .text(let text): text.replacing(",", with: ",,")
    case .number(let number): String(number)
    case .flag(let flag): flag ? "yes" : "no"
    }
  }

  fileprivate var json: String {
    switch self {
    case .text(let text):
      // A text has no form that JSON lacks.
      (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    case .number(let number): String(number)
    case .flag(let flag): String(flag)
    }
  }
}
