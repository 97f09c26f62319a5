import Basics
public import FoundationEssentials

/// The superblock of an fsdax (PFN) or devdax (DAX) namespace, 4 KiB after its start.
///
/// Source: Linux drivers/nvdimm/pfn.h `struct nd_pfn_sb`, pfn_devs.c `nd_pfn_init`.
public struct PFNInfoBlock: Hashable, Sendable {
  /// Bytes of the namespace in front of the block.
  public static let offset: UInt64 = 4096
  /// Bytes that the kernel sets aside for each page structure.
  public static let pageStructureSize: UInt16 = 64

  /// Where the page structures of the namespace's memory live.
  public enum Map: UInt32, Sendable, CaseIterable {
    /// The page structures are in the guest's ordinary memory (`ndctl create-namespace --map=mem`).
    case memory = 1
    /// The page structures are in the namespace, between the superblock and the data (`--map=dev`).
    case device = 2

    /// The name in ndctl: `mem` or `dev`.
    public var name: String { self == .memory ? "mem" : "dev" }

    package init?(name: String) {
      guard let map = Self.allCases.first(where: { $0.name == name }) else { return nil }
      self = map
    }
  }

  /// `.pfn` for fsdax, `.dax` for devdax.
  public let signature: InfoBlock.Signature
  /// The uuid that the guest shows.
  public let uuid: UUID
  /// The uuid of the namespace's label; zero without a label.
  public let parent: UUID
  /// Where the page structures live.
  public let map: Map
  /// How the namespace is divided.
  public let layout: PFNLayout
  /// Bytes of a page on the kernel that wrote the block.
  public let pageSize: UInt32
  /// Bytes of a page structure on the kernel that wrote the block.
  public let pageStructureSize: UInt16

  package init(
    _ signature: InfoBlock.Signature, uuid: UUID, parent: UUID, map: Map, layout: PFNLayout,
    pageSize: UInt32 = UInt32(PFNLayout.pageSize), pageStructureSize: UInt16 = Self.pageStructureSize
  ) {
    self.signature = signature
    self.uuid = uuid
    self.parent = parent
    self.map = map
    self.layout = layout
    self.pageSize = pageSize
    self.pageStructureSize = pageStructureSize
  }

  enum Fields {
    static let dataOffset = Field<UInt64>("dataoff", at: 56)
    static let pages = Field<UInt64>("npfns", at: 64)
    static let mode = Field<UInt32>("mode", at: 72)
    static let startPad = Field<UInt32>("start_pad", at: 76)
    static let endTruncation = Field<UInt32>("end_trunc", at: 80)
    static let alignment = Field<UInt32>("align", at: 84)
    static let pageSize = Field<UInt32>("page_size", at: 88)
    static let pageStructureSize = Field<UInt16>("page_struct_size", at: 92)
  }

  /// The block of an fsdax namespace without a label as builders of images write it, version 1.2: no uuids, page
  /// structures in the guest's memory, and as many pages as the namespace has.
  ///
  /// Source: kata-containers tools/osbuilder/image-builder/nsdax.gpl.c, as to the bytes.
  package static func ofImage(dataOffset: UInt64, alignment: UInt32) -> [UInt8] {
    var block = InfoBlock.start(.pfn, uuid: .zero, parent: .zero, major: 0, minor: 2)
    block[Fields.dataOffset] = dataOffset
    block[Fields.mode] = Map.memory.rawValue
    block[Fields.alignment] = alignment
    InfoBlock.seal(&block)
    return block
  }

  /// The block as it lies on the media, version 1.4.
  package var encoded: [UInt8] {
    var block = InfoBlock.start(signature, uuid: uuid, parent: parent, major: 1, minor: 4)
    block[Fields.dataOffset] = layout.dataOffset
    block[Fields.pages] = layout.pages
    block[Fields.mode] = map.rawValue
    block[Fields.startPad] = layout.startPad
    block[Fields.endTruncation] = layout.endTruncation
    block[Fields.alignment] = layout.alignment
    block[Fields.pageSize] = pageSize
    block[Fields.pageStructureSize] = pageStructureSize
    InfoBlock.seal(&block)
    return block
  }
}
