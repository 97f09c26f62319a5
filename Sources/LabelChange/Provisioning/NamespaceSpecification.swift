package import FoundationEssentials
package import PersistentMemory

/// A requested namespace, as `--namespace` describes it.
package struct NamespaceSpecification: Hashable, Sendable {
  package let mode: NamespaceMode
  /// The size of the namespace in the region, in bytes; `nil` for all that is left.
  package let size: UInt64?
  /// The name: fewer than 64 bytes of UTF-8, possibly none.
  package let name: String
  /// The uuid of the label and of the superblock or translation table; `nil` for random ones.
  package let uuid: UUID?
  /// One of the mode's sector sizes, in bytes.
  package let sectorSize: UInt32
  /// The alignment of the start and the end of fsdax and devdax data, in bytes; other modes ignore it.
  package let alignment: UInt32
  /// The requested place of the page structures of fsdax and devdax; other modes ignore it.
  package let givenMap: PFNInfoBlock.Map?

  static let defaultAlignment: UInt32 = 2 << 20

  /// A raw namespace that takes the whole region.
  package static let wholeRegion = NamespaceSpecification(
    mode: .raw, size: nil, name: "", uuid: nil, sectorSize: 512, alignment: defaultAlignment, givenMap: nil)

  /// The place of the page structures; by default the namespace.
  package var map: PFNInfoBlock.Map { givenMap ?? .device }
}
