package import Basics
package import PersistentMemory

/// What one release of QEMU, on one architecture, demands of a file backend and an NVDIMM.
///
/// Sources: QEMU `system/physmem.c` (formerly `exec.c`), `backends/hostmem*.c`, `hw/mem/nvdimm.c`,
/// `hw/ppc/spapr_nvdimm.c`, each at the releases that changed it.
package struct SizingRules: Equatable, Sendable {
  /// What happens to an existing file whose length is not the size that is to be mapped.
  package enum LengthRule: Equatable, Sendable {
    /// The file is made exactly as long: what lies behind is lost. (2.6, 2.7)
    case resized
    /// A shorter file is refused: `backing store size … does not match 'size' option …`. (2.8 to 9.2)
    case shorterDoesNotMatch
    /// A shorter file is refused: `… is too small for 'size' option … plus 'offset' option …`. (since 10.0)
    case shorterIsTooSmall
  }

  package let release: QEMURelease
  package let architecture: Architecture
  /// The kernel of the guest.
  package var linux = LinuxRelease.newest

  package let length: LengthRule
  /// What the region is aligned to where `align=` is not given, in bytes.
  package let defaultAlignment: UInt64
  /// An alignment that is no power of two is refused; before, it ends QEMU by an assertion. (since 3.0)
  package let refusesOddAlignment: Bool
  /// The size must be a multiple of the page size; before, it is rounded up to one. (since 9.1)
  package let refusesOddSize: Bool
  /// The device can have labels. (since 2.7)
  package let hasLabels: Bool
  /// The architecture's machine has an NVDIMM at all.
  package let hasNVDIMM: Bool
  /// The device must have labels. (pseries, since 5.1)
  package let requiresLabels: Bool
  /// The device must have a uuid. (pseries)
  package let requiresUUID: Bool
  /// What the region must be a multiple of, in bytes; 0 where it need not. (pseries)
  package let regionGranularity: UInt64

  /// Bytes of a page on a common host of the architecture.
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
