import Basics

extension LibvirtDomain {
  /// The domain as it is started: every size rounded as libvirt rounds it. For one that is `defined()`.
  ///
  /// Source: libvirt `qemuDomainAlignMemorySizes`.
  package func started() throws(LibvirtRefusal) -> LibvirtDomain {
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
