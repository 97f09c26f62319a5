package import Basics
public import FoundationEssentials

/// A namespace that Linux builds from labels, before it looks for an info block inside.
public struct LabelledNamespace: Hashable, Sendable {
  /// The uuid of its labels.
  public let uuid: UUID
  /// The name in the label of position 0.
  public let name: String
  /// Bytes over all DIMMs of the set.
  public let size: UInt64
  /// Where it starts on the first DIMM.
  public let dpa: UInt64
  /// The sector size that the label asks for, in bytes.
  public let sectorSize: UInt64
  /// The abstraction GUID; nil under 128-byte labels.
  public let abstraction: UUID?
  /// The slot of its label on each DIMM of the set.
  public let slots: [Int]

  /// The least size that gets a block device; smaller ones are listed as disabled (`ND_MIN_NAMESPACE_SIZE`).
  public static let smallestUsable: UInt64 = 4096
}

extension LabelledNamespace {
  package var json: JSONValue {
    JSONValue(present: [
      ("uuid", .text(uuid.lowercased)), ("name", .text(name)), ("dpa", JSONValue(dpa)), ("size", JSONValue(size)),
      ("label_slot", slots.first.map { JSONValue($0) }),
    ])
  }
}
