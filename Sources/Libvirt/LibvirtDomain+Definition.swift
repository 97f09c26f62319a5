import Basics
import FoundationEssentials

extension LibvirtDomain {
  /// The domain as `virsh define` keeps it: what follows from other values filled in, all of it checked.
  ///
  /// Source: libvirt `virDomainDefPostParseMemory`, `qemuDomainDefValidateMemoryHotplug`,
  /// `virDomainMemoryDefValidate`.
  package func defined() throws(LibvirtRefusal) -> LibvirtDomain {
    let domain = try settled()
    try domain.checkHotplug()
    try domain.checkACPI()
    for device in domain.devices { try domain.check(device) }
    return domain
  }

  /// A domain that a libvirt has accepted, which may know more than this suite, filled in: it is not checked again.
  /// Throws only where what is missing cannot be filled in.
  package func settled() throws(LibvirtRefusal) -> LibvirtDomain {
    var domain = self
    try domain.settleMemory()
    if isPOWER {
      try domain.alignOnPOWER()
      domain.assignUUIDs()
    }
    try domain.assignSlots()
    return domain
  }

  /// On POWER each NVDIMM has a UUID. Source: libvirt `virDomainMemoryDefPostParse`.
  private mutating func assignUUIDs() {
    for index in devices.indices where devices[index].model == .nvdimm && devices[index].uuid == nil {
      devices[index].uuid = UUID()
    }
  }

  private mutating func settleMemory() throws(LibvirtRefusal) {
    let ofNodes = try nodes.map(\.memory).checkedSum()
    let ofDevices = try devices.map(\.size).checkedSum()
    if ofNodes > 0 {
      memory = try [ofNodes, ofDevices].checkedSum()
    } else if ofDevices > memory {
      throw .devicesExceedMemory
    }
    guard initialMemory > 0 else { throw .noMemory }
    guard (maximum > 0) == (slots > 0) else { throw .maximumWithoutSlots }
    guard maximum == 0 || maximum >= memory else { throw .maximumBelowMemory }
  }

  /// Gives each DIMM without an address of its kind the lowest free slot.
  private mutating func assignSlots() throws(LibvirtRefusal) {
    guard maximum > 0 else { return }
    var used = Set(devices.compactMap(\.slot))
    var next: UInt32 = 0
    for (index, device) in devices.enumerated() where device.model.isDIMM && device.slot == nil {
      var base: UInt64 = 0
      if case .other(_, let number)? = device.address { base = number }
      while used.contains(next) { next += 1 }
      guard next < slots else { throw .noEmptySlot }
      used.insert(next)
      devices[index].address = .dimm(slot: next, base: base)
    }
  }

  private func checkHotplug() throws(LibvirtRefusal) {
    guard maximum > 0 else {
      guard devices.isEmpty else { throw .noMaximum }
      return
    }
    guard isPOWER || !nodes.isEmpty else { throw .noNodes }
    guard devices.count <= Int(slots) else { throw .tooManyDevices(devices.count, slots: slots) }
    for (index, device) in devices.enumerated() where device.model != .enclave { try checkPlace(of: device, index) }
    guard deviceMemory <= maximum - min(maximum, initialMemory) else { throw .noRoom }
  }

  private func checkPlace(of device: LibvirtMemoryDevice, _ index: Int) throws(LibvirtRefusal) {
    let needsNode = !nodes.isEmpty && device.model != .virtioPersistentMemory
    if !device.model.isDIMM, case .dimm? = device.address { throw .notAPCIAddress(device.model.rawValue) }
    guard !needsNode || device.node != nil else { throw .nodeRequired }
    guard device.model.isDIMM, case .dimm(let slot, let base)? = device.address else { return }
    guard slot < slots else { throw .slotBeyondCount(slot, slots: slots) }
    for (other, sibling) in devices.enumerated() where other != index {
      guard case .dimm(let otherSlot, let otherBase)? = sibling.address else { continue }
      guard slot != otherSlot else { throw .slotUsed(slot) }
      guard base == 0 || base != otherBase else { throw .baseUsed(base) }
    }
  }

  /// Source: libvirt `qemuDomainDefValidateFeatures`.
  private func checkACPI() throws(LibvirtRefusal) {
    guard architecture == .aarch64, hasACPI, !hasFirmware else { return }
    throw .firmwareRequired
  }

  private func check(_ device: LibvirtMemoryDevice) throws(LibvirtRefusal) {
    if let node = device.node {
      guard !nodes.isEmpty else { throw .backendWithoutNodes }
      guard node < nodes.count else { throw .noSuchNode(node, nodes: nodes.count) }
    }
    if device.model == .virtioMemory { try checkBlocks(of: device) }
    guard device.model.hasPath else { return }
    guard device.path != nil else { throw .pathRequired(device.model.rawValue) }
    let isVirtio = device.model == .virtioPersistentMemory
    guard device.discards != true else { throw .discard(isVirtio ? "model 'virtio-pmem'" : "nvdimms") }
    if isVirtio {
      guard device.access != .private else { throw .notShared }
      guard device.node == nil else { throw .virtioNode }
    } else if isPOWER {
      guard device.labelSize > 0 else { throw .labelRequired }
    } else {
      guard device.uuid == nil else { throw .uuidNotSupported }
    }
  }
}

extension LibvirtDomain {
  /// KiB of a huge page, of which a block has at least one.
  private static let smallestBlock: UInt64 = 2048

  private func checkBlocks(of device: LibvirtMemoryDevice) throws(LibvirtRefusal) {
    guard device.requestedSize <= device.size else { throw .requestBeyondSize(device.size) }
    guard device.blockSize.isPowerOfTwo else { throw .blockNotPowerOfTwo }
    guard device.blockSize >= Self.smallestBlock else { throw .blockTooSmall(Self.smallestBlock) }
    guard device.requestedSize.isMultiple(of: device.blockSize) else { throw .requestNotMultiple }
  }
}

extension LibvirtMemoryDevice {
  /// The slot that it stands in, once that is known.
  package var slot: UInt32? { if case .dimm(let slot, _)? = address { slot } else { nil } }
}

extension [UInt64] {
  /// The sum, as far as libvirt's own number holds it.
  fileprivate func checkedSum() throws(LibvirtRefusal) -> UInt64 {
    var total: UInt64 = 0
    for value in self {
      let (sum, overflow) = total.addingReportingOverflow(value)
      guard !overflow else { throw .sizeTooLarge }
      total = sum
    }
    return total
  }
}
