/// A machine that QEMU emulates, with the properties that determine the layout of a backend.
///
/// Sources: QEMU `hw/mem/nvdimm.c`, `hw/ppc/spapr_nvdimm.c`; Linux `drivers/nvdimm/region_devs.c`
/// (`MEMREMAP_COMPAT_ALIGN_MAX`), `arch/powerpc/platforms/pseries/papr_scm.c`; libvirt `qemu_domain.c`.
public enum Architecture: String, CaseIterable, Sendable {
  /// The machines `pc` and `q35`.
  case x86_64
  /// The machine `virt`.
  case aarch64
  /// The pseries machine: labels and a uuid are obligatory, the region is a multiple of 256 MiB.
  case ppc64
  /// The machine `s390-ccw-virtio`.
  case s390x

  /// The architecture of guests of the QEMU program `name`, such as `qemu-system-aarch64`; `nil` if it is not known.
  package init?(ofQEMU name: String) {
    let prefix = "qemu-system-"
    guard name.hasPrefix(prefix), let architecture = Architecture(rawValue: String(name.dropFirst(prefix.count))) else {
      return nil
    }
    self = architecture
  }

  /// The page size of a common host in bytes: QEMU's smallest alignment of a backend.
  public var pageSize: UInt64 { self == .ppc64 ? 65536 : 4096 }

  /// The alignment in bytes to which QEMU 2.8 and later round the region if `align=` is not given.
  public var defaultBackendAlignment: UInt64 { self == .s390x ? 1 << 20 : pageSize }

  /// The granularity, in bytes, of regions that the guest can use in full: Linux rounds namespaces to 16 MiB.
  public var defaultGuestAlignment: UInt64 { regionGranularity ?? 16 << 20 }

  /// The granularity of the region that QEMU requires, in bytes; `nil` if it requires none:
  /// `PAPR requires NVDIMM memory size (excluding label) to be a multiple of 256MB`.
  public var regionGranularity: UInt64? { self == .ppc64 ? 256 << 20 : nil }

  /// The unit in bytes to which libvirt rounds the size of a memory module up before it passes it to QEMU. On pseries
  /// it rounds the region down instead, which does not change a region of a legal size.
  package var moduleGranularity: UInt64 { self == .ppc64 ? pageSize : 2 << 20 }

  /// Whether QEMU requires a label area: `PAPR requires NVDIMM devices to have label-size set`.
  public var requiresLabelArea: Bool { self == .ppc64 }

  /// Whether QEMU requires a uuid: `NVDIMM device requires the uuid to be set`.
  package var requiresUUID: Bool { self == .ppc64 }
}
