public import Basics

/// Why sizes and alignments do not make a vNVDIMM. All values are in bytes.
public enum GeometryError: Error, Hashable, Sendable {
  /// QEMU: `alignment 0x3 must be multiples of page size 0x1000`.
  case alignmentNotPageMultiple(alignment: UInt64, pageSize: UInt64)
  /// QEMU: `alignment 0x300000 must be a power of two`.
  case alignmentNotPowerOfTwo(UInt64)
  /// Linux aligns to powers of two only.
  case guestAlignmentNotPowerOfTwo(UInt64)
  /// QEMU: `Property 'nvdimm.label-size' (0x10000) is required at least 0x20000`.
  case labelTooSmall(UInt64)
  /// QEMU accepts the label size, but reports only its lower 32 bits to the guest.
  case labelTooLarge(UInt64)
  /// QEMU, pseries: `PAPR requires NVDIMM devices to have label-size set`.
  case labelRequired(Architecture)
  /// QEMU: `the size of memdev mem1 (0x400) is too small to contain nvdimm label (0x0) and aligned PMEM (0x1000)`.
  case noRoomForRegion(mappedSize: UInt64, labelSize: UInt64, alignment: UInt64)
  /// QEMU would map more than the file holds: `backing store size 0x4000001 does not match 'size' option 0x4001000`.
  case mappedSizeNotPageMultiple(mappedSize: UInt64, pageSize: UInt64)
  /// A region is always a multiple of the backend's alignment.
  case regionNotAligned(regionSize: UInt64, alignment: UInt64)
  /// QEMU, pseries: `PAPR requires NVDIMM memory size (excluding label) to be a multiple of 256MB`.
  case regionNotGranular(regionSize: UInt64, granularity: UInt64)
  /// A size of 0.
  case regionEmpty
  /// Region and label area together pass 2⁶⁴ bytes.
  case tooLarge
}

extension GeometryError: CustomStringConvertible {
  public var description: String {
    func precise(_ bytes: UInt64) -> String { ByteCount(bytes).precise }
    func short(_ bytes: UInt64) -> String { ByteCount(bytes).description }
    return switch self {
    case .alignmentNotPageMultiple(let alignment, let pageSize):
      "the backend alignment is not a multiple of the page size (stored \(precise(alignment)), expected a multiple of \(short(pageSize)))"
    case .alignmentNotPowerOfTwo(let alignment):
      "the backend alignment is not a power of two (stored \(precise(alignment)))"
    case .guestAlignmentNotPowerOfTwo(let alignment):
      "the guest alignment is not a power of two (stored \(precise(alignment)))"
    case .labelTooSmall(let size):
      "the label area is below QEMU's minimum (stored \(precise(size)), expected at least \(precise(BackendGeometry.smallestLabelSize)))"
    case .labelTooLarge(let size):
      "the label area is larger than a guest can be told (stored \(precise(size)), expected at most \(precise(BackendGeometry.largestLabelSize)))"
    case .labelRequired(let architecture):
      "an NVDIMM on \(architecture.rawValue) must have a label area"
    case .noRoomForRegion(let mappedSize, let labelSize, let alignment):
      "no memory is left for the guest: \(precise(mappedSize)) cannot hold a label area of \(precise(labelSize)) and \(precise(alignment)) of memory"
    case .mappedSizeNotPageMultiple(let mappedSize, let pageSize):
      "the backend's size is not a multiple of the page size (stored \(precise(mappedSize)), expected a multiple of \(short(pageSize)))"
    case .regionNotAligned(let regionSize, let alignment):
      "the guest's size is not a multiple of the backend alignment (stored \(precise(regionSize)), expected a multiple of \(short(alignment)))"
    case .regionNotGranular(let regionSize, let granularity):
      "the guest's size is not a multiple of what the machine demands (stored \(precise(regionSize)), expected a multiple of \(short(granularity)))"
    case .regionEmpty: "the size is 0"
    case .tooLarge: "the sizes add up to more than 18446744073709551615 bytes"
    }
  }
}
