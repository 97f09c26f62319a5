package import FoundationEssentials

/// A namespace that Linux builds from labels, before it looks for an info block inside.
package struct LabelledNamespace: Hashable, Sendable {
  package let uuid: UUID
  package let name: String
  /// Bytes over all DIMMs of the set.
  package let size: UInt64
  /// Where it starts on the first DIMM.
  package let dpa: UInt64
  package let sectorSize: UInt64
  /// The abstraction GUID; nil under 128-byte labels.
  package let abstraction: UUID?
  /// The slot of its label on each DIMM of the set.
  package let slots: [Int]

  /// The least size that gets a block device; smaller ones are listed as disabled (`ND_MIN_NAMESPACE_SIZE`).
  package static let smallestUsable: UInt64 = 4096
}
