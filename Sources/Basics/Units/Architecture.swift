/// A machine that QEMU emulates, with the facts that decide where the parts of a backend lie.
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

  /// The architecture of guests of QEMU's program `name`, such as `qemu-system-aarch64`; nil where the name does not tell.
  package init?(ofQEMU name: String) {
    let prefix = "qemu-system-"
    guard name.hasPrefix(prefix), let architecture = Architecture(rawValue: String(name.dropFirst(prefix.count))) else {
      return nil
    }
    self = architecture
  }

  /// The page size of a common host in bytes: QEMU's smallest alignment of a backend.
  public var pageSize: UInt64 { self == .ppc64 ? 65536 : 4096 }

  /// What QEMU 2.8 and later align the region to when `align=` is not given, in bytes.
  public var defaultBackendAlignment: UInt64 { self == .s390x ? 1 << 20 : pageSize }

  /// What a region must be a multiple of for the guest to use all of it, in bytes: Linux rounds namespaces
  /// to 16 MiB.
  public var defaultGuestAlignment: UInt64 { regionGranularity ?? 16 << 20 }

  /// What QEMU demands that the region be a multiple of, in bytes, or nil where it demands nothing:
  /// `PAPR requires NVDIMM memory size (excluding label) to be a multiple of 256MB`.
  public var regionGranularity: UInt64? { self == .ppc64 ? 256 << 20 : nil }

  /// What libvirt rounds the size of a memory module up to before it asks QEMU for it, in bytes. On pseries
  /// it rounds the region down instead, which a region of a legal size survives.
  package var moduleGranularity: UInt64 { self == .ppc64 ? pageSize : 2 << 20 }

  /// Whether QEMU demands a label area: `PAPR requires NVDIMM devices to have label-size set`.
  public var requiresLabelArea: Bool { self == .ppc64 }

  /// `NVDIMM device requires the uuid to be set`.
  package var requiresUUID: Bool { self == .ppc64 }
}
