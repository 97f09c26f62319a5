package import FoundationEssentials
package import PersistentMemory

/// A namespace with its place in the region and in the backend, and with the properties that the guest will show.
package struct PlannedNamespace: Hashable, Sendable {
  /// The internal layout of the namespace.
  package enum Layout: Hashable, Sendable {
    case plain
    case table(BTTInfoBlock.Version, [BTTArena])
    case superblock(InfoBlock.Signature, PFNLayout)
    /// A disk that came with an image.
    case carried(CarriedDisk)
  }

  package let specification: NamespaceSpecification
  /// The number that Linux gives the namespace in its region, counted from 0 in the order of addresses.
  package let number: Int
  /// The offset from the start of the DIMM, and thus of the backend, in bytes.
  package let dpa: UInt64
  /// The size of the namespace in the DIMM, in bytes.
  package let rawSize: UInt64
  /// The uuid of the label: `raw_uuid` in `ndctl list -v`, if a superblock or a table has its own uuid.
  package let labelUUID: UUID
  /// The uuid that `ndctl list` shows.
  package let uuid: UUID
  package let layout: Layout

  package var mode: NamespaceMode { specification.mode }

  /// Whether a label describes the namespace; without one it is the whole region.
  package var isLabelled: Bool { labelUUID != .zero }

  /// The size that `ndctl list` shows, in bytes.
  package var size: UInt64 {
    switch layout {
    case .plain: rawSize
    case .table(_, let arenas):
      arenas.reduce(0) { $0 + UInt64($1.externalSectors) } * Self.blockSize(ofSectors: specification.sectorSize)
    case .superblock(_, let layout): layout.dataSize
    case .carried(let disk): disk.size(in: rawSize)
    }
  }

  /// The offset in the backend, in bytes, from which the namespace's data is contiguous.
  ///
  /// `nil` in sector mode, in which the translation table determines the places of data.
  package var dataOffset: UInt64? {
    switch layout {
    case .plain: dpa
    case .table: nil
    case .superblock(_, let layout): dpa + layout.dataOffset
    case .carried(let disk): disk.dataOffset.map { dpa + $0 }
    }
  }

  /// Returns the name of the namespace in `region` of the guest, such as `namespace0.1`.
  package func name(inRegion region: Int = 0) -> String { "namespace\(region).\(number)" }

  /// Returns the name of its device in `region` of the guest, such as `pmem0.1s` or `dax0.1`.
  ///
  /// Source: Linux drivers/nvdimm/namespace_devs.c `nvdimm_namespace_disk_name`, drivers/dax/pmem.c.
  package func device(inRegion region: Int = 0) -> String {
    guard mode != .devdax else { return "dax\(region).\(number)" }
    return "pmem\(region)" + (number == 0 ? "" : ".\(number)") + (mode == .sector ? "s" : "")
  }

  /// Returns the number of data bytes in a sector; bytes above 512 or 4096 are for checksums.
  private static func blockSize(ofSectors sectorSize: UInt32) -> UInt64 { sectorSize >= 4096 ? 4096 : 512 }
}
