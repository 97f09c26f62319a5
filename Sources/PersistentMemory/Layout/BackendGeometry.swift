import Basics

/// How one vNVDIMM lies in its backend. All values are in bytes.
///
/// ```
/// 0               R       S - L            S          F
/// |    region     |  gap  |   label area   |   tail   |
/// ```
/// The guest sees the region (R) as memory and the label area (L) through firmware calls. The gap is
/// reachable by nobody; the tail, where the file is longer than what is mapped, lies outside the device.
/// Source: QEMU `hw/mem/nvdimm.c`, `nvdimm_prepare_memory_region`.
package struct BackendGeometry: Hashable, Sendable {
  /// The smallest label area that QEMU accepts: 128 KiB (`MIN_NAMESPACE_LABEL_SIZE`).
  package static let smallestLabelSize: UInt64 = 128 << 10
  /// The largest label area that the `_DSM` of a DIMM can tell a guest: its size is a 32-bit number.
  package static let largestLabelSize = UInt64(UInt32.max)

  /// S: what QEMU maps, its option `size=`.
  package let mappedSize: UInt64
  /// L: QEMU's option `label-size=`; 0 where the DIMM has no label area.
  package let labelSize: UInt64
  /// A: QEMU's option `align=`, the page size by default.
  package let alignment: UInt64
  /// R: what the guest sees as persistent memory, S - L rounded down to A; never 0.
  package let regionSize: UInt64

  /// The layout that QEMU gives a backend mapped with `mappedSize` bytes. `alignment` 0 stands for the page size.
  package init(
    mappedSize: UInt64, labelSize: UInt64 = 0, alignment: UInt64 = 0, pageSize: UInt64 = 4096
  ) throws(GeometryError) {
    let alignment = alignment == 0 ? pageSize : alignment
    guard alignment.isMultiple(of: pageSize) else {
      throw .alignmentNotPageMultiple(alignment: alignment, pageSize: pageSize)
    }
    guard alignment.isPowerOfTwo else { throw .alignmentNotPowerOfTwo(alignment) }
    guard labelSize == 0 || labelSize >= Self.smallestLabelSize else { throw .labelTooSmall(labelSize) }
    guard labelSize < mappedSize, mappedSize - labelSize >= alignment else {
      throw .noRoomForRegion(mappedSize: mappedSize, labelSize: labelSize, alignment: alignment)
    }
    self.mappedSize = mappedSize
    self.labelSize = labelSize
    self.alignment = alignment
    regionSize = (mappedSize - labelSize).alignedDown(to: alignment)
  }

  /// S - L, where the label area starts; nil without one.
  package var labelOffset: UInt64? { labelSize == 0 ? nil : mappedSize - labelSize }

  /// The bytes between the region and the label area (or the end), which nobody can reach.
  package var gap: UInt64 { mappedSize - labelSize - regionSize }

  /// F - S, the bytes of a backend of `length` bytes that lie outside the device; nil where it is too short.
  package func tail(ofBackend length: UInt64) -> UInt64? {
    length >= mappedSize ? length - mappedSize : nil
  }

  /// The bytes at the end of the region that a guest rounding to `guestAlignment` cannot use, and that
  /// make the next DIMM start misaligned. `guestAlignment` must not be 0.
  package func remainder(guestAlignment: UInt64) -> UInt64 { regionSize % guestAlignment }
}
