package import Basics
package import FoundationEssentials
package import PersistentMemory

/// The part of a layout fingerprint that describes a label area: its namespaces and its generation.
package struct LabelsFingerprint: Hashable, Sendable {
  /// A namespace as its label describes it.
  package struct Namespace: Hashable, Sendable {
    package let uuid: UUID
    /// The namespace's start (DPA) in the backend and its size, in bytes.
    package let dpa: UInt64
    package let size: UInt64

    init(_ label: NamespaceLabel) {
      uuid = label.uuid
      dpa = label.dpa
      size = label.rawSize
    }
  }

  /// The maximum number of namespaces that are kept one by one: an extended attribute has little room.
  package static let namespaceLimit = 16

  /// The sequence number of the current index block, 1 to 3; 0 if there is none.
  package let generation: UInt32
  package let version: LabelVersion?
  /// The number of labels in effect.
  package let count: Int
  /// The Fletcher64 checksum over all of those labels, excluding the slot that each label lies in.
  package let checksum: UInt64
  /// The first of those namespaces, in order of DPA.
  package let namespaces: [Namespace]

  package init(_ area: LabelArea) {
    let index = area.indexes.current
    generation = index.map { UInt32($0.sequence.value) } ?? 0
    version = index?.version
    let labels = area.validLabels.sorted { ($0.dpa, $0.uuid.lowercased) < ($1.dpa, $1.uuid.lowercased) }
    count = labels.count
    checksum = Fletcher64.checksum(labels.flatMap(\.contents))
    namespaces = labels.prefix(Self.namespaceLimit).map(Namespace.init)
  }

  /// Returns whether both name the same namespaces in the same way, even under different generations.
  func hasSameLabels(as other: LabelsFingerprint) -> Bool {
    (version, count, checksum) == (other.version, other.count, other.checksum)
  }
}

extension Collection<LabelsFingerprint.Namespace> {
  /// The first few of them with their sizes, for messages.
  var listing: String { firstFew { "\($0.uuid.lowercased) (\(ByteCount($0.size)))" } }
}

extension LabelsFingerprint {
  package var json: JSONValue {
    JSONValue(present: [
      ("generation", JSONValue(generation)), ("version", version.map { .text($0.rawValue) }),
      ("count", JSONValue(count)),
      ("checksum", JSONValue(checksum)), ("namespaces", JSONValue(namespaces, \.json)),
    ])
  }

  /// Reads the fingerprint in `json`; `nil` if `json` is something else.
  init?(_ json: JSONValue) {
    guard let generation: UInt32 = json["generation"]?.number(), let count: Int = json["count"]?.number(),
      let checksum: UInt64 = json["checksum"]?.number(), let elements = json["namespaces"]?.elements
    else { return nil }
    self.generation = generation
    self.count = count
    self.checksum = checksum
    version = json["version"]?.text.flatMap { LabelVersion(rawValue: $0) }
    namespaces = elements.compactMap { Namespace($0) }
    guard namespaces.count == elements.count, (version == nil) == (json["version"] == nil) else { return nil }
  }
}

extension LabelsFingerprint.Namespace {
  fileprivate var json: JSONValue {
    .object([("uuid", .text(uuid.lowercased)), ("dpa", JSONValue(dpa)), ("size", JSONValue(size))])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let uuid = json["uuid"]?.text.flatMap({ UUID(uuidString: $0) }), let dpa: UInt64 = json["dpa"]?.number(),
      let size: UInt64 = json["size"]?.number()
    else { return nil }
    self.uuid = uuid
    self.dpa = dpa
    self.size = size
  }
}

extension NamespaceLabel {
  /// The contents of the label apart from its position: without its slot, and without its checksum, which covers the
  /// slot.
  fileprivate var contents: [UInt8] {
    var contents = bytes
    contents[Fields.slot] = 0
    if isLong { contents.replaceSubrange(Fields.checksum.range, with: [UInt8](repeating: 0, count: 8)) }
    return contents
  }
}
