package import Basics

/// A dictionary of options as QEMU keeps it. The last value of a repeated key counts. QEMU visits the members in the
/// order of a hash of their keys, and that order determines which of several errors it reports.
package struct QEMUDictionary: Equatable, Sendable {
  /// The members in the order in which they were inserted.
  private var members: [(key: String, value: JSONValue)] = []

  package init() {}

  /// Reads a JSON object. Throws if `json` is not a JSON object.
  package init(json: String) throws(JSONError) {
    guard case .object(let members) = try JSONValue(parsing: json) else { throw JSONError("JSON parse error") }
    self.init(members)
  }

  /// Creates a dictionary of `members`, whose keys must be distinct, as in a JSON object.
  package init(_ members: [(key: String, value: JSONValue)]) { self.members = members }

  /// The dictionary as a value inside another one.
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

  /// The keys in the order in which they were inserted.
  package var keys: [String] { members.map(\.key) }

  /// The keys, with `id` last, because the older syntax keeps it apart.
  var keysWithIDLast: [String] { keys.filter { $0 != "id" } + (self["id"] == nil ? [] : ["id"]) }

  /// The keys in the order in which QEMU visits them. Source: QEMU `qobject/qdict.c`.
  package var keysInOrder: [String] {
    members.enumerated().map { (key: $1.key, bucket: Self.hash($1.key) % 512, index: $0) }
      // Within a bucket the newest key comes first.
      .sorted { ($0.bucket, $1.index) < ($1.bucket, $0.index) }.map(\.key)
  }

  /// Computes `tdb_hash`.
  private static func hash(_ key: String) -> UInt32 {
    var value: UInt32 = 0x238f_13af &* UInt32(truncatingIfNeeded: key.utf8.count)
    for (index, byte) in key.utf8.enumerated() { value = value &+ (UInt32(byte) << UInt32(index * 5 % 24)) }
    return 1_103_515_243 &* value &+ 12345
  }

  package static func == (left: QEMUDictionary, right: QEMUDictionary) -> Bool {
    left.members.count == right.members.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }
}
