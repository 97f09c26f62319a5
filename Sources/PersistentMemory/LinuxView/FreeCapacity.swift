import Basics

/// What a region has left for namespaces, as sysfs shows it: whole units of the region's alignment.
///
/// Source: Linux 6.1 drivers/nvdimm/dimm_devs.c, `nd_pmem_available_dpa` and `nd_pmem_max_contiguous_dpa`;
/// namespace_devs.c, `scan_allocate`.
public struct FreeCapacity: Hashable, Sendable {
  /// `available_size`, in bytes.
  public let available: UInt64
  /// `max_available_extent`, in bytes.
  public let largestExtent: UInt64

  package static let none = FreeCapacity(available: 0, largestExtent: 0)

  private init(available: UInt64, largestExtent: UInt64) {
    self.available = available
    self.largestExtent = largestExtent
  }

  /// The capacity of a region of `regionSize` bytes of one DIMM, in which each label keeps the addresses of
  /// `reservations` for itself; they do not overlap. `alignment` must be a power of two, `regionSize` not 0.
  package init(regionSize: UInt64, alignment: UInt64, reservations: [ClosedRange<UInt64>]) {
    let reserved = reservations.sorted { $0.lowerBound < $1.lowerBound }
    available = Self.available(regionSize, alignment, reserved)
    largestExtent = Self.largestExtent(of: available, regionSize, alignment, reserved)
  }

  /// Each reservation counts all units that it touches, so that two reservations can count one unit twice.
  private static func available(
    _ regionSize: UInt64, _ alignment: UInt64, _ reserved: [ClosedRange<UInt64>]
  ) -> UInt64 {
    let mask = alignment - 1
    let regionEnd = regionSize - 1
    var busy: UInt64 = 0
    for range in reserved {
      let start = range.lowerBound & ~mask
      // The last address of the address space rounds up to itself, as in the kernel's 64 bits.
      let end = ((range.upperBound &+ 1 &+ mask) & ~mask) &- 1
      guard start < regionEnd else { continue }
      guard end <= regionEnd else { return 0 }
      busy = busy &+ (end &- start &+ 1)
    }
    return busy < regionSize ? (regionSize - busy) & ~mask : 0
  }

  /// The kernel tries to reserve all that is available, in the order of addresses, and looks at what it got.
  private static func largestExtent(
    of available: UInt64, _ regionSize: UInt64, _ alignment: UInt64, _ reserved: [ClosedRange<UInt64>]
  ) -> UInt64 {
    let inside = reserved.filter { $0.lowerBound < regionSize }
    guard !inside.isEmpty else { return available }
    let ends = inside.map(\.lowerBound) + [regionSize]
    let starts = [0] + inside.map { $0.upperBound == .max ? .max : $0.upperBound + 1 }
    var (rest, largest) = (available, UInt64(0))
    for (start, end) in zip(starts, ends) {
      guard let first = start.alignedUp(to: alignment) else { continue }
      if start > 0, end < alignment {
        // `space_valid` rounds the end of such a gap down to 0, takes 1 from it, and gets a gap without end.
        guard rest > 0, let upper = first.checkedSum(rest - 1) else { return 0 }
        return reserved.contains { $0.overlaps(first...upper) } ? 0 : max(largest, rest)
      }
      let last = end.alignedDown(to: alignment)
      guard first < last else { continue }
      let taken = min(last - first, rest)
      largest = max(largest, taken)
      rest -= taken
    }
    return largest
  }
}
