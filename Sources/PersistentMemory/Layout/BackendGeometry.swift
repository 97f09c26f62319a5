package import Basics

/// The layout of one virtual NVDIMM in its backend. All values are in bytes.
///
/// ```
/// 0          guest size               mapped size file size
/// |    region     |  gap  |   label area   |   tail   |
/// ```
/// The guest sees the region as memory, and the label area through firmware calls. The guest cannot reach the gap. The
/// tail, the part of the file beyond the mapped size, does not belong to the device.
/// Source: QEMU `hw/mem/nvdimm.c`, `nvdimm_prepare_memory_region`.
public struct BackendGeometry: Hashable, Sendable {
  /// The smallest label area that QEMU accepts: 128 KiB (`MIN_NAMESPACE_LABEL_SIZE`).
  public static let smallestLabelSize: UInt64 = 128 << 10
  /// The largest label size that the `_DSM` of a DIMM can report to a guest: a 32-bit number of bytes.
  public static let largestLabelSize = UInt64(UInt32.max)

  /// What QEMU maps, its option `size=`.
  public let mappedSize: UInt64
  /// QEMU's option `label-size=`; 0 where the DIMM has no label area.
  public let labelSize: UInt64
  /// QEMU's option `align=`, the page size by default.
  public let alignment: UInt64
  /// What the guest sees as persistent memory: the mapped size less the label size, rounded down to a multiple of the
  /// alignment; never 0.
  public let regionSize: UInt64

  /// The layout that QEMU gives a backend of which `mappedSize` bytes are mapped. `alignment` 0 means the page size.
  public init(
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

  /// The mapped size less the label size, where the label area starts; nil without one.
  public var labelOffset: UInt64? { labelSize == 0 ? nil : mappedSize - labelSize }

  /// The number of bytes between the region and the label area (or the end), which the guest cannot reach.
  public var gap: UInt64 { mappedSize - labelSize - regionSize }

  /// The bytes of a backend of `length` bytes that lie outside the device; nil where it is too short.
  public func tail(ofBackend length: UInt64) -> UInt64? {
    length >= mappedSize ? length - mappedSize : nil
  }

  /// The bytes at the end of the region that a guest rounding to `guestAlignment` cannot use, and that
  /// make the next DIMM start misaligned. `guestAlignment` must not be 0.
  public func remainder(guestAlignment: UInt64) -> UInt64 { regionSize % guestAlignment }
}

extension BackendGeometry {
  /// The sizes and the label area in the form that all JSON answers use. `labels` are further members of the label area.
  package func members(
    labels: [(key: String, value: JSONValue)] = []
  ) -> [(key: String, value: JSONValue)] {
    [
      ("mapped_size", JSONValue(mappedSize)), ("guest_size", JSONValue(regionSize)),
      ("alignment", JSONValue(alignment)), ("gap", JSONValue(gap)),
      ("label_area", .object([("size", JSONValue(labelSize)), ("offset", JSONValue(labelOffset))] + labels)),
    ]
  }
}
