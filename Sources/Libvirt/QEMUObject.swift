import Basics
import QEMU

/// The value of an `-object` or `-device` as libvirt writes it: JSON, or `key=value` for a release that takes none.
struct QEMUObject {
  private let properties: JSONValue

  /// Leaves out what has no value.
  init(_ properties: [(String, JSONValue?)]) { self.properties = JSONValue(present: properties) }

  /// For a release that takes JSON since `json`.
  func argument(_ release: QEMURelease, json: QEMURelease) -> String {
    guard release < json else { return properties.formatted(.compact) }
    let values = (properties.members ?? []).map { (key: $0.key, text: $0.value.keyval) }
    return values.enumerated().map { $0 == 0 ? $1.text : "\($1.key)=\($1.text)" }.joined(separator: ",")
  }
}

extension JSONValue {
  fileprivate var keyval: String {
    switch self {
    case .text(let text): text.replacing(",", with: ",,")
    case .boolean(let flag): flag ? "yes" : "no"
    case .integer, .large, .real, .null, .array, .object: formatted(.compact)
    }
  }
}
