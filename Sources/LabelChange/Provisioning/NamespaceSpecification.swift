package import FoundationEssentials
package import PersistentMemory

/// A namespace that is wanted, as `--namespace` describes it.
package struct NamespaceSpecification: Hashable, Sendable {
  package let mode: NamespaceMode
  /// Bytes of the region that it takes; nil for all that is left.
  package let size: UInt64?
  /// Shorter than 64 bytes of UTF-8; may be empty.
  package let name: String
  /// The uuid of the label and of what stands on the namespace; nil for random ones.
  package let uuid: UUID?
  /// One of the mode's sector sizes, in bytes.
  package let sectorSize: UInt32
  /// What fsdax and devdax data starts and ends at a multiple of, in bytes; nothing to the other modes.
  package let alignment: UInt32
  /// Where fsdax and devdax keep their page structures, where that is said; nothing to the other modes.
  package let givenMap: PFNInfoBlock.Map?

  static let defaultAlignment: UInt32 = 2 << 20

  /// A raw namespace that takes the whole region.
  package static let wholeRegion = NamespaceSpecification(
    mode: .raw, size: nil, name: "", uuid: nil, sectorSize: 512, alignment: defaultAlignment, givenMap: nil)

  /// Where they are kept: in the namespace unless something else is said.
  package var map: PFNInfoBlock.Map { givenMap ?? .device }
}
