import Basics

extension LibvirtDomain {
  /// Returns the domain as started on `host`, with every size rounded as libvirt rounds it. The domain must be defined.
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

  /// Returns the granularity of RAM in KiB.
  private static func sizeUnit(isPOWER: Bool) -> UInt64 { isPOWER ? 256 << 10 : 1 << 10 }

  private mutating func alignModules() throws(LibvirtRefusal) {
    // The sizes of memory modules are multiples of 2 MiB.
    for index in devices.indices { devices[index].size = try devices[index].size.rounded(upTo: 2 << 10) }
  }

  /// Aligns modules on POWER. The guest size of an NVDIMM is rounded down to 256 MiB, so that nothing is mapped beyond
  /// the end of its file; other modules are rounded up.
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

  /// Returns the huge pages for memory in `node`, or those of `device`; `nil` for normal pages.
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

/// The properties of the host that libvirt needs.
package struct LibvirtHost: Sendable {
  /// The page size in KiB of each mounted hugetlbfs; `nil` if the host was not examined.
  package var hugePageSizes: [UInt64]?

  package init(hugePageSizes: [UInt64]? = nil) { self.hugePageSizes = hugePageSizes }

  /// The size of a normal page in KiB.
  static let pageSize: UInt64 = 4

  /// Checks that memory is available in pages of `size` KiB, 0 for the default size; `nil` for normal pages.
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
