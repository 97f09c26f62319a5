import Basics
package import PersistentMemory

/// The DIMM that namespaces are planned for, and where the guest is to find it.
package struct ProvisioningTarget: Hashable, Sendable {
  package let geometry: BackendGeometry
  /// 1.1 or 1.2.
  package let version: LabelVersion
  /// The DIMM's slot, from which the labels' interleave-set cookie follows.
  package let slot: Int
  /// The guest-physical address of the region in bytes. It matters to an alignment of 1 GiB only.
  package let regionAddress: UInt64
  /// What Linux wants sizes and starts of namespaces to be multiples of, in bytes.
  package let regionAlignment: UInt64

  /// QEMU's first DIMM of a guest with little memory; for more memory it is another multiple of 1 GiB.
  package static let defaultRegionAddress: UInt64 = 4 << 30
  /// Linux drivers/nvdimm/region_devs.c, `MEMREMAP_COMPAT_ALIGN_MAX`.
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

  /// What the start and the size of a namespace must be a multiple of, in bytes.
  func unit(of specification: NamespaceSpecification) -> UInt64 {
    guard isLabelled else { return PFNLayout.subsectionSize }
    return specification.mode.superblock == nil
      ? regionAlignment : max(regionAlignment, UInt64(specification.alignment))
  }

  /// The version of the translation tables that Linux keeps under labels of this version.
  var tableVersion: BTTInfoBlock.Version { version == .v1_1 || !isLabelled ? .v1_1 : .v2_0 }

  /// The cookie that labels must carry.
  var cookie: UInt64 {
    let cookies = InterleaveSetCookie(virtualSlot: slot)
    return version == .v1_1 ? cookies.v1_1 : cookies.v1_2
  }
}
