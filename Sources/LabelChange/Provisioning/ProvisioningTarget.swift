import Basics
package import PersistentMemory

/// The DIMM that namespaces are planned for, and the place at which the guest finds it.
package struct ProvisioningTarget: Hashable, Sendable {
  package let geometry: BackendGeometry
  /// The label version: 1.1 or 1.2.
  package let version: LabelVersion
  /// The DIMM's slot, which determines the labels' interleave-set cookie.
  package let slot: Int
  /// The guest-physical address of the region in bytes. It matters only for an alignment of 1 GiB.
  package let regionAddress: UInt64
  /// The alignment in bytes that Linux requires of the start and the size of a namespace.
  package let regionAlignment: UInt64

  /// The address of QEMU's first DIMM in a guest with little memory; with more memory it is another multiple of 1 GiB.
  package static let defaultRegionAddress: UInt64 = 4 << 30
  /// The region alignment of Linux. Source: drivers/nvdimm/region_devs.c, `MEMREMAP_COMPAT_ALIGN_MAX`.
  package static let defaultRegionAlignment: UInt64 = 16 << 20

  package init(
    geometry: BackendGeometry, version: LabelVersion = .v1_2, slot: Int = 0,
    regionAddress: UInt64 = Self.defaultRegionAddress, regionAlignment: UInt64 = Self.defaultRegionAlignment
  ) {
    self.geometry = geometry
    self.version = version
    self.slot = slot
    self.regionAddress = regionAddress
    self.regionAlignment = regionAlignment
  }

  /// The bytes available to namespaces.
  var capacity: UInt64 { isLabelled ? geometry.regionSize.alignedDown(to: regionAlignment) : geometry.regionSize }

  /// Whether there are labels; without them the guest sees the region as one namespace.
  var isLabelled: Bool { geometry.labelSize > 0 }

  /// Returns the granularity of the start and the size of a namespace, in bytes.
  func unit(of specification: NamespaceSpecification) -> UInt64 {
    guard isLabelled else { return PFNLayout.subsectionSize }
    return specification.mode.superblock == nil
      ? regionAlignment : max(regionAlignment, UInt64(specification.alignment))
  }

  /// The version of the translation tables that Linux makes with labels of this version.
  var tableVersion: BTTInfoBlock.Version { version == .v1_1 || !isLabelled ? .v1_1 : .v2_0 }

  /// The cookie that labels must carry.
  var cookie: UInt64 {
    let cookies = InterleaveSetCookie(virtualSlot: slot)
    return version == .v1_1 ? cookies.v1_1 : cookies.v1_2
  }
}
