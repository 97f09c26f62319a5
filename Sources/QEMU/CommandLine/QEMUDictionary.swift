package import Basics

/// A dictionary of options as QEMU keeps it: of a key that occurs twice the last value counts, and the members are
/// gone through in the order of a hash of their keys, which decides on the first of several errors.
package struct QEMUDictionary: Equatable, Sendable {
  /// As they were put in.
  private var members: [(key: String, value: JSONValue)] = []

  package init() {}

  /// Reads a JSON object. Throws where `json` is none.
  package init(json: String) throws(JSONError) {
    guard case .object(let members) = try JSONValue(parsing: json) else { throw JSONError("JSON parse error") }
    self.init(members)
  }

  /// The keys of `members` differ, as those of a JSON object do.
  package init(_ members: [(key: String, value: JSONValue)]) { self.members = members }

  /// The dictionary as a value in another one.
  var value: JSONValue { .object(members) }

  package subscript(key: String) -> JSONValue? {
    get { members.first { $0.key == key }?.value }
    set {
      if let index = members.firstIndex(where: { $0.key == key }) {
        if let newValue { members[index].value = newValue } else { members.remove(at: index) }
      } else if let newValue {
        members.append((key, newValue))
      }
    }
  }

  package var isEmpty: Bool { members.isEmpty }

  /// The keys as they were put in.
  package var keys: [String] { members.map(\.key) }

  /// The keys with the id, which the older syntax keeps apart, behind all others.
  var keysWithIDLast: [String] { keys.filter { $0 != "id" } + (self["id"] == nil ? [] : ["id"]) }

  /// The keys in the order in which QEMU goes through them. Source: QEMU `qobject/qdict.c`.
  package var keysInOrder: [String] {
    members.enumerated().map { (key: $1.key, bucket: Self.hash($1.key) % 512, index: $0) }
      // Of one bucket the newest comes first.
      .sorted { ($0.bucket, $1.index) < ($1.bucket, $0.index) }.map(\.key)
  }

  /// `tdb_hash`
  private static func hash(_ key: String) -> UInt32 {
    var value: UInt32 = 0x238f_13af &* UInt32(truncatingIfNeeded: key.utf8.count)
    for (index, byte) in key.utf8.enumerated() { value = value &+ (UInt32(byte) << UInt32(index * 5 % 24)) }
    return 1_103_515_243 &* value &+ 12345
  }

  package static func == (left: QEMUDictionary, right: QEMUDictionary) -> Bool {
    left.members.count == right.members.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }
}
