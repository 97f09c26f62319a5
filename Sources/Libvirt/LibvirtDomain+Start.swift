import Basics

extension LibvirtDomain {
  /// The domain as it is started on `host`: every size rounded as libvirt rounds it. For one that is defined.
  ///
  /// Source: libvirt `qemuDomainAlignMemorySizes`.
  package func started(on host: LibvirtHost = LibvirtHost()) throws(LibvirtRefusal) -> LibvirtDomain {
    var domain = self
    let unit = Self.sizeUnit(isPOWER: isPOWER)
    for index in nodes.indices { domain.nodes[index].memory = try nodes[index].memory.rounded(upTo: unit) }
    var ram: UInt64 = 0
    for node in domain.nodes { ram = try ram.adding(node.memory) }
    if ram == 0 { ram = try initialMemory.rounded(upTo: unit) }
    domain.maximum = try maximum.rounded(upTo: unit)
    if isPOWER { try domain.alignOnPOWER() } else { try domain.alignModules() }
    var total = ram
    for device in domain.devices { total = try total.adding(device.size) }
    domain.memory = total
    domain.assignAliases()
    try domain.checkBackends(on: host)
    return domain
  }

  /// KiB that RAM is a multiple of.
  private static func sizeUnit(isPOWER: Bool) -> UInt64 { isPOWER ? 256 << 10 : 1 << 10 }

  private mutating func alignModules() throws(LibvirtRefusal) {
    // Memory modules are multiples of 2 MiB.
    for index in devices.indices { devices[index].size = try devices[index].size.rounded(upTo: 2 << 10) }
  }

  /// On POWER what the guest sees of an NVDIMM is rounded down to 256 MiB, so that nothing is mapped behind the end
  /// of its file; other modules are rounded up.
  ///
  /// Source: libvirt `qemuDomainNVDimmAlignSizePseries`.
  mutating func alignOnPOWER() throws(LibvirtRefusal) {
    let unit = Self.sizeUnit(isPOWER: true)
    for (index, device) in devices.enumerated() {
      guard device.model == .nvdimm else {
        devices[index].size = try device.size.rounded(upTo: unit)
        continue
      }
      let region = device.size - device.labelSize
      guard region >= unit else { throw .pseriesRegionTooSmall }
      devices[index].size = region.alignedDown(to: unit) + device.labelSize
    }
  }
}

extension LibvirtDomain {
  /// What shows when the backends of nodes and devices are made. Source: libvirt `qemuBuildMemoryBackendProps`.
  private mutating func checkBackends(on host: LibvirtHost) throws(LibvirtRefusal) {
    func check(_ pages: LibvirtBacking.HugePages?) throws(LibvirtRefusal) {
      // A memfd needs no file system, but the usual size is that of one.
      guard backing.source != .memfd || pages?.size == 0 else { return }
      try host.check(pages?.size)
    }
    if nodes.isEmpty {
      do throws(LibvirtRefusal) { try check(hugePages(of: nil, in: nil)) } catch {
        guard !release.has(.hugePagesWithoutNodes) else { throw error }
        lacksRAM = true
      }
    }
    for index in nodes.indices { try check(hugePages(of: nil, in: index)) }
    for device in devices {
      if let node = device.node, !release.has(.checksNodesEarly), node >= nodes.count {
        throw .noNodeForBackend(node, nodes: nodes.count)
      }
      if !device.model.hasPath || !release.has(.keepsPathBesideMemfd) {
        try check(hugePages(of: device, in: device.node))
      }
    }
  }

  /// The huge pages that memory in `node` is made of, or those of `device`; nil for common pages.
  ///
  /// Source: libvirt `qemuBuildMemoryGetPagesize`.
  func hugePages(of device: LibvirtMemoryDevice?, in node: Int?) -> LibvirtBacking.HugePages? {
    let pages =
      if let size = device?.pageSize, size > 0 {
        LibvirtBacking.HugePages(size: size, nodes: nil)
      } else {
        backing.hugePages.first { pages in node.flatMap { pages.nodes?.contains($0) } ?? false }
          // Without cells the first node is all there is.
          ?? backing.hugePages.last { $0.nodes == nil || nodes.isEmpty && $0.nodes == [0] }
      }
    return pages?.size == LibvirtHost.pageSize ? nil : pages
  }
}

/// What the host has that libvirt asks for.
package struct LibvirtHost: Sendable {
  /// KiB of the pages of each hugetlbfs that is mounted; nil where nobody has looked.
  package var hugePageSizes: [UInt64]?

  package init(hugePageSizes: [UInt64]? = nil) { self.hugePageSizes = hugePageSizes }

  /// KiB of a common page.
  static let pageSize: UInt64 = 4

  /// Whether memory can be had in pages of `size` KiB, 0 for the usual ones; nil for common pages.
  fileprivate func check(_ size: UInt64?) throws(LibvirtRefusal) {
    guard let size, let sizes = hugePageSizes else { return }
    guard !sizes.isEmpty else { throw .noHugePageFileSystem }
    guard size == 0 || sizes.contains(size) else { throw .noHugePagesOfSize(size) }
  }
}

extension UInt64 {
  fileprivate func rounded(upTo unit: UInt64) throws(LibvirtRefusal) -> UInt64 {
    guard let value = alignedUp(to: unit) else { throw .sizeTooLarge }
    return value
  }

  fileprivate func adding(_ other: UInt64) throws(LibvirtRefusal) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    guard !overflow else { throw .sizeTooLarge }
    return sum
  }
}
