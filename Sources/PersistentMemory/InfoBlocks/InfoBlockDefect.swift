package import FoundationEssentials

/// Why Linux does not use an info block that it finds, in the order in which it looks.
///
/// Source: Linux drivers/nvdimm/btt_devs.c `nd_btt_arena_is_valid` and `nd_btt_version`, pfn_devs.c
/// `nd_pfn_validate` (6.1).
package enum InfoBlockDefect: Error, Hashable, Sendable {
  /// Bytes given, where a block has 4096.
  case length(Int)
  case signature
  case checksum(stored: UInt64, expected: UInt64)
  case version(major: UInt16, minor: UInt16)
  /// The block belongs to the namespace with this label.
  case parent(UUID)
  /// Neither in the guest's memory nor in the namespace.
  case map(UInt32)
  /// `page_size`, which is more than the guest's, for page structures in the namespace.
  case pageSize(UInt32)
  /// `page_struct_size`, which is less than the guest's, for page structures in the namespace.
  case pageStructureSize(UInt16)
  /// `align`, which is none that Linux can map data with.
  case alignment(UInt32)
  /// `dataoff`, which lies outside of the namespace or is not aligned.
  case dataOffset(UInt64)
  /// The namespace, less `start_pad`, starts at this address.
  case misalignedStart(UInt64)
  /// The namespace, less `end_trunc`, ends at this address.
  case misalignedEnd(UInt64)

  /// Whether Linux goes on as if there were no block, and shows a raw namespace; otherwise it shows none.
  package var leavesRaw: Bool {
    switch self {
    case .length, .signature, .checksum, .version, .parent, .map: true
    case .pageSize, .pageStructureSize, .alignment, .dataOffset, .misalignedStart, .misalignedEnd: false
    }
  }
}
