package import Basics
package import PersistentMemory

/// What one release of QEMU, on one architecture, requires of a file backend and an NVDIMM.
///
/// Sources: QEMU `system/physmem.c` (formerly `exec.c`), `backends/hostmem*.c`, `hw/mem/nvdimm.c`,
/// `hw/ppc/spapr_nvdimm.c`, each at the releases that changed it.
package struct SizingRules: Equatable, Sendable {
  /// The treatment of an existing file whose length differs from the mapped size.
  package enum LengthRule: Equatable, Sendable {
    /// The file is resized to the mapped size; data beyond it is lost. (2.6, 2.7)
    case resized
    /// A shorter file is refused: `backing store size … does not match 'size' option …`. (2.8 to 9.2)
    case shorterDoesNotMatch
    /// A shorter file is refused: `… is too small for 'size' option … plus 'offset' option …`. (since 10.0)
    case shorterIsTooSmall
  }

  package let release: QEMURelease
  package let architecture: Architecture
  /// The kernel release of the guest.
  package var linux = LinuxRelease.newest

  package let length: LengthRule
  /// The default alignment of the region in bytes, which applies without `align=`.
  package let defaultAlignment: UInt64
  /// Whether an alignment that is not a power of two is refused; before, QEMU fails an assertion. (since 3.0)
  package let refusesOddAlignment: Bool
  /// Whether the size must be a multiple of the page size; before, it is rounded up to one. (since 9.1)
  package let refusesOddSize: Bool
  /// Whether the device can have labels. (since 2.7)
  package let hasLabels: Bool
  /// Whether the architecture's machine supports NVDIMMs.
  package let hasNVDIMM: Bool
  /// Whether the device must have labels. (pseries, since 5.1)
  package let requiresLabels: Bool
  /// Whether the device must have a UUID. (pseries)
  package let requiresUUID: Bool
  /// The granularity of the region's size in bytes; 0 if there is none. (pseries)
  package let regionGranularity: UInt64

  /// The page size in bytes of a common host of the architecture.
  package var pageSize: UInt64 { architecture.pageSize }

  package init(_ release: QEMURelease, _ architecture: Architecture = .x86_64) {
    func since(_ major: Int, _ minor: Int) -> Bool { release >= QEMURelease(major, minor) }
    self.release = release
    self.architecture = architecture
    length = since(10, 0) ? .shorterIsTooSmall : since(2, 8) ? .shorterDoesNotMatch : .resized
    defaultAlignment =
      switch (release, architecture) {
      case (QEMURelease(2, 6), _): architecture.pageSize
      // QEMU_VMALLOC_ALIGN: huge pages, and on s390x whole segments.
      case (QEMURelease(2, 7), .s390x): 1 << 20
      case (QEMURelease(2, 7), _): 2 << 20
      default: architecture.defaultBackendAlignment
      }
    refusesOddAlignment = since(3, 0)
    refusesOddSize = since(9, 1)
    hasLabels = since(2, 7)
    hasNVDIMM =
      switch architecture {
      case .x86_64: true
      case .ppc64: since(5, 0)
      case .aarch64: since(5, 1)
      case .s390x: false
      }
    requiresLabels = architecture.requiresLabelArea && since(5, 1)
    requiresUUID = architecture.requiresUUID
    regionGranularity = architecture.regionGranularity ?? 0
  }
}
