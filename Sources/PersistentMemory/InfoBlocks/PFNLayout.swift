import Basics

/// How an fsdax or devdax namespace is divided: superblock, reserved page structures, data, truncated end.
///
/// Source: Linux drivers/nvdimm/pfn_devs.c `nd_pfn_init` (6.1), x86: subsections of 2 MiB, pages of 4 KiB.
package struct PFNLayout: Hashable, Sendable {
  package static let pageSize: UInt64 = 4096
  /// `memremap_compat_align()`: what the kernel can map page structures for.
  package static let subsectionSize: UInt64 = 2 << 20
  /// The alignments that Linux takes on x86 and on arm64 with pages of 4 KiB, in bytes.
  package static let alignments: [UInt32] = [4 << 10, 2 << 20, 1 << 30]
  /// The superblock and the space in front of it.
  private static let headerSize: UInt64 = 8192

  /// Bytes from the namespace's start to its data.
  package let dataOffset: UInt64
  package let pages: UInt64
  /// Bytes at the namespace's end that no page covers.
  package let endTruncation: UInt32
  /// The alignment that the namespace asks for: 4 KiB, 2 MiB or 1 GiB; 0 in blocks older than version 1.2.
  package let alignment: UInt32
  /// Bytes at the namespace's start that older kernels left out. Linux 6.1 writes 0.
  package let startPad: UInt32

  /// The alignment that Linux takes: where none is stored, the largest power of two not above the data's offset.
  package var effectiveAlignment: UInt64 {
    guard alignment == 0, dataOffset > 0 else { return UInt64(alignment) }
    return 1 << UInt64(UInt64.bitWidth - 1 - dataOffset.leadingZeroBitCount)
  }

  /// Bytes of data.
  package var dataSize: UInt64 { pages &* Self.pageSize }

  /// The layout of a namespace of `size` bytes that the guest finds at the address `start`.
  ///
  /// Nil where the kernel refuses: `start` is not on a subsection, or nothing is left for data.
  package init?(start: UInt64, size: UInt64, map: PFNInfoBlock.Map, alignment: UInt32) {
    let unit = max(UInt64(alignment), Self.subsectionSize)
    let (end, overflow) = start.addingReportingOverflow(size)
    guard !overflow, start.isMultiple(of: Self.subsectionSize), size > Self.headerSize, alignment > 0 else {
      return nil
    }
    let pageStructures = (size - Self.headerSize) / Self.pageSize * UInt64(PFNInfoBlock.pageStructureSize)
    let reserved = Self.headerSize + (map == .device ? pageStructures : 0)
    guard let data = (start + reserved).alignedUp(to: unit) else { return nil }
    let truncated = end - end.alignedDown(to: unit)
    guard data - start + truncated < size else { return nil }
    dataOffset = data - start
    pages = (size - dataOffset - truncated) / Self.pageSize
    endTruncation = UInt32(truncated)
    self.alignment = alignment
    startPad = 0
  }

  /// The layout that a superblock of version 1.x tells.
  init(stored block: [UInt8]) {
    let minor = block[InfoBlock.Fields.minor]
    dataOffset = block[PFNInfoBlock.Fields.dataOffset]
    pages = block[PFNInfoBlock.Fields.pages]
    startPad = minor < 1 ? 0 : block[PFNInfoBlock.Fields.startPad]
    endTruncation = minor < 1 ? 0 : block[PFNInfoBlock.Fields.endTruncation]
    alignment = minor < 2 ? 0 : block[PFNInfoBlock.Fields.alignment]
  }
}
