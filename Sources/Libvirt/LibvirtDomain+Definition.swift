import Basics
import FoundationEssentials
package import QEMU

extension LibvirtDomain {
  /// Returns the domain as `virsh define` keeps it for `qemu`: with derived values filled in, and completely checked.
  ///
  /// Source: libvirt `virDomainDefPostParse`, `qemuValidateDomainDef`, `virDomainMemoryDefValidate`,
  /// `qemuValidateDomainDeviceDefMemory`, in this order.
  package func defined(for qemu: QEMURelease) throws(LibvirtRefusal) -> LibvirtDomain {
    let domain = try settled()
    try domain.checkMachine(of: qemu)
    try domain.checkACPI(of: qemu)
    try domain.checkHotplug()
    try domain.checkHugePages()
    for (index, device) in domain.devices.enumerated() { try domain.check(device, index) }
    try domain.checkAliases()
    try domain.checkHugePageNodes()
    if release.has(.checksRestrictiveLate) { try domain.checkTuning() }
    return domain
  }

  /// Returns the domain with derived values filled in. It is not checked, because a libvirt that has accepted it may
  /// know more than this suite. Throws only if a missing value cannot be filled in.
  package func settled() throws(LibvirtRefusal) -> LibvirtDomain {
    if let refusal { throw refusal }
    var domain = self
    if release.has(.addsNode) { try domain.addNode() }
    if isPOWER {
      try domain.alignOnPOWER()
      domain.assignUUIDs()
    }
    try domain.settleMemory()
    try domain.assignSlots()
    return domain
  }

  /// Puts RAM, and devices that name no node, into a node. Source: libvirt `qemuDomainDefNumaAutoAdd`.
  private mutating func addNode() throws(LibvirtRefusal) {
    guard maximum > 0, nodes.isEmpty else { return }
    guard try devices.map(\.size).checkedSum() <= memory else { throw .devicesExceedMemory }
    nodes = [Node(memory: initialMemory)]
    for index in devices.indices where devices[index].node == nil {
      switch devices[index].model {
      case .dimm, .nvdimm, .virtioMemory: devices[index].node = 0
      case .virtioPersistentMemory, .enclave: break
      }
    }
  }

  /// Gives each NVDIMM on POWER a UUID. Source: libvirt `virDomainMemoryDefPostParse`.
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
    if release.has(.countsDIMMsAlone) {
      guard maximum > 0 || slots == 0 else { throw .slotsWithoutMaximum }
    } else {
      guard (maximum > 0) == (slots > 0) else { throw .maximumWithoutSlots }
    }
    guard maximum == 0 || maximum >= memory else { throw .maximumBelowMemory }
  }

  /// Gives each DIMM without a DIMM address the lowest free slot.
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

  /// Source: libvirt `qemuValidateDomainDef`.
  private func checkMachine(of qemu: QEMURelease) throws(LibvirtRefusal) {
    guard let architecture, qemu.lacks(machine: canonicalMachine(of: qemu), on: architecture) else { return }
    throw .noSuchMachine(
      canonicalMachine(of: qemu), emulator: emulator ?? "/usr/bin/qemu-system-\(architecture.rawValue)")
  }

  /// Source: libvirt `qemuValidateDomainDef`.
  private func checkACPI(of qemu: QEMURelease) throws(LibvirtRefusal) {
    guard hasACPI else { return }
    if isPOWER, tellsACPI(qemu) { throw .noACPI(machine: canonicalMachine(of: qemu)) }
    guard architecture != .aarch64 || hasFirmware else { throw .firmwareRequired }
  }

  /// Checks the room for memory devices. Source: libvirt `qemuDomainDefValidateMemoryHotplug`.
  private func checkHotplug() throws(LibvirtRefusal) {
    guard maximum > 0 else {
      guard devices.isEmpty else { throw .noMaximum }
      return
    }
    guard isPOWER || !nodes.isEmpty else { throw .noNodes }
    let countsAll = !release.has(.countsDIMMsAlone)
    guard !countsAll || devices.count <= Int(slots) else { throw .tooManyDevices(devices.count, slots: slots) }
    for (index, device) in devices.enumerated() where device.model != .enclave { try checkPlace(of: device, index) }
    let dimms = devices.count { $0.model.isDIMM }
    guard dimms <= Int(slots) else { throw .tooManyDIMMs(dimms, slots: slots) }
    guard deviceMemory <= maximum - min(maximum, initialMemory) else { throw .noRoom }
  }

  /// Checks the address of a device. Source: libvirt `qemuDomainDefValidateMemoryHotplugDevice`.
  private func checkPlace(of device: LibvirtMemoryDevice, _ index: Int) throws(LibvirtRefusal) {
    if !device.model.isDIMM { try checkAddressType(of: device) }
    let needsNode = !nodes.isEmpty && device.model != .virtioPersistentMemory && device.node == nil
    // 7.0 requires the node first.
    guard !needsNode || release.has(.virtioPersistentMemory) else { throw .nodeRequired }
    if device.model.isDIMM, case .dimm(let slot, _)? = device.address {
      guard slot < slots else { throw .slotBeyondCount(slot, slots: slots) }
      if !release.has(.checksOverlap) { try checkConflict(of: device, index) }
    }
    guard !needsNode else { throw .nodeRequired }
  }

  private func checkAddressType(of device: LibvirtMemoryDevice) throws(LibvirtRefusal) {
    let type =
      switch device.address {
      case .dimm?: "dimm"
      case .other(let type, _)?: type
      case nil: "pci"
      }
    if device.model == .virtioMemory, release.has(.virtioMemoryOnChannel) {
      guard ["pci", "ccw"].contains(type) else { throw .neitherPCINorChannel(device.model.rawValue) }
    } else {
      guard type == "pci" else { throw .notAPCIAddress(device.model.rawValue) }
    }
  }

  /// Checks for DIMMs in the same place. Source: libvirt `qemuCheckMemoryDimmConflict`.
  private func checkConflict(of device: LibvirtMemoryDevice, _ index: Int) throws(LibvirtRefusal) {
    guard case .dimm(let slot, let base)? = device.address else { return }
    for (other, sibling) in devices.enumerated() where other != index {
      guard case .dimm(let otherSlot, let otherBase)? = sibling.address else { continue }
      guard slot != otherSlot else { throw .slotUsed(slot) }
      guard base == 0 || base != otherBase else { throw .baseUsed(base) }
    }
  }

  /// Checks the huge pages. Source: libvirt `qemuValidateDomainDefMemory`.
  private func checkHugePages() throws(LibvirtRefusal) {
    guard !backing.hugePages.isEmpty else { return }
    guard backing.allocation != .onDemand else { throw .hugePagesOnDemand }
    guard backing.source != .anonymous else { throw .hugePagesAnonymous }
  }

  /// Source: libvirt `virDomainDefValidateAliases`.
  private func checkAliases() throws(LibvirtRefusal) {
    var seen: Set<String> = []
    for alias in devices.compactMap(\.alias) {
      guard seen.insert(alias).inserted else { throw .aliasTwice(alias) }
    }
  }

  /// Source: libvirt `virDomainNumaDefValidate`.
  private func checkTuning() throws(LibvirtRefusal) {
    for cell in tuning.cells.sorted(by: { $0.key < $1.key }).map(\.value) {
      switch (cell.mode == .restrictive, tuning.all?.mode == .restrictive) {
      case (false, true): throw .memoryNodeNotRestrictive
      case (true, false): throw .memoryNodeAloneRestrictive
      case (true, true), (false, false): continue
      }
    }
  }

  /// Source: libvirt `virDomainDefMemtuneValidate`.
  private func checkHugePageNodes() throws(LibvirtRefusal) {
    for (index, pages) in backing.hugePages.enumerated() {
      for former in backing.hugePages[..<index] {
        switch (pages.nodes, former.nodes) {
        case (let ours?, let theirs?):
          guard ours.isDisjoint(with: theirs) else { throw .hugePagesIntersect(pages.size, former.size) }
        case (nil, nil): throw .hugePagesTwice(pages.size, former.size)
        case (nil, _?), (_?, nil): break
        }
      }
      let missing = pages.nodes?.filter { $0 >= max(1, nodes.count) }.min()
      if let missing { throw .hugePagesOfNoNode(missing) }
    }
  }

  /// Source: libvirt `virDomainMemoryDefValidate`, `qemuValidateDomainDeviceDefMemory`.
  private func check(_ device: LibvirtMemoryDevice, _ index: Int) throws(LibvirtRefusal) {
    if let node = device.node, release.has(.checksNodesEarly) {
      guard !nodes.isEmpty else { throw .backendWithoutNodes }
      guard node < nodes.count else { throw .noSuchNode(node, nodes: nodes.count) }
    }
    switch device.model {
    case .nvdimm: try checkNVDIMM(device)
    case .virtioPersistentMemory: try checkVirtio(device)
    case .virtioMemory: try checkBlocks(of: device)
    case .dimm, .enclave: break
    }
    if release.has(.checksOverlap) { try checkOverlap(of: device, index) }
    // No POWER machine of QEMU's has virtio's memory devices, none of ARM's virtio-pmem, and none of s390x's a module.
    switch device.model {
    case .virtioPersistentMemory:
      guard architecture != .ppc64, architecture != .aarch64 else { throw .notInEmulator(device.model.rawValue) }
    case .virtioMemory: guard architecture != .ppc64 else { throw .notInEmulator(device.model.rawValue) }
    case .nvdimm: guard architecture != .s390x else { throw .notInEmulator(device.model.rawValue) }
    case .dimm: guard architecture != .s390x else { throw .notInEmulator("memory hotplug") }
    case .enclave: break
    }
  }

  private func checkNVDIMM(_ device: LibvirtMemoryDevice) throws(LibvirtRefusal) {
    guard device.path != nil else { throw .pathRequired(device.model.rawValue) }
    guard device.discards != true else { throw .discard("nvdimms") }
    guard !isPOWER || device.labelSize > 0 else { throw .labelRequired }
    guard isPOWER || device.uuid == nil else { throw .uuidNotSupported }
  }

  private func checkVirtio(_ device: LibvirtMemoryDevice) throws(LibvirtRefusal) {
    guard device.path != nil else { throw .pathRequired(device.model.rawValue) }
    guard device.discards != true else { throw .discard("model '\(device.model.rawValue)'") }
    guard device.access != .private else { throw .notShared }
    guard device.node == nil else { throw .virtioNode }
    guard device.memoryAddress.isMultiple(of: Self.pageSize) else { throw .addressNotPageAligned(Self.pageSize) }
  }

  private func checkBlocks(of device: LibvirtMemoryDevice) throws(LibvirtRefusal) {
    guard device.requestedSize <= device.size else { throw .requestBeyondSize(device.size) }
    guard device.blockSize.isPowerOfTwo else { throw .blockNotPowerOfTwo }
    guard device.blockSize >= Self.smallestBlock else { throw .blockTooSmall(Self.smallestBlock) }
    guard device.requestedSize.isMultiple(of: device.blockSize) else { throw .requestNotMultiple }
    guard device.memoryAddress.isMultiple(of: device.blockSize << 10) else { throw .addressNotBlockAligned }
  }

  /// Checks for overlapping devices. Source: libvirt `virDomainMemoryDefCheckConflict`.
  private func checkOverlap(of device: LibvirtMemoryDevice, _ index: Int) throws(LibvirtRefusal) {
    let start = device.start
    guard device.slot != nil || start > 0 else { return }
    for (other, sibling) in devices.enumerated() where other != index && sibling.model != .enclave {
      if let slot = device.slot, slot == sibling.slot { throw .slotUsed(slot) }
      guard start > 0, sibling.start > 0 else { continue }
      let (end, otherEnd) = (mappedEnd(of: device), mappedEnd(of: sibling))
      let isBelow = start <= sibling.start && end > sibling.start
      let isAbove = release.has(.dynamicSlots) && sibling.start <= start && otherEnd > start
      guard !isBelow, !isAbove else { throw .overlap(start..<max(start, end), other: sibling.start) }
    }
  }

  /// Returns the address after a device, in bytes. Source: libvirt `virDomainMemoryGetMappedSize`.
  private func mappedEnd(of device: LibvirtMemoryDevice) -> UInt64 {
    var size = device.size
    if device.model == .nvdimm, release.has(.dynamicSlots) {
      let unit = device.alignment > 0 ? device.alignment : Self.pageSize >> 10
      size &-= device.labelSize.alignedUp(toAny: unit)
    }
    return device.start &+ size << 10
  }

  /// The page size of the host in bytes.
  private static let pageSize: UInt64 = 4096
  /// The size of a huge page in KiB; a block has at least one.
  private static let smallestBlock: UInt64 = 2048
}

extension LibvirtMemoryDevice {
  /// The slot of the device, once it is known.
  package var slot: UInt32? { if case .dimm(let slot, _)? = address { slot } else { nil } }

  /// The start of the device in the guest's memory; 0 if QEMU chooses it.
  fileprivate var start: UInt64 {
    switch model {
    case .dimm, .nvdimm: if case .dimm(_, let base)? = address { base } else { 0 }
    case .virtioPersistentMemory, .virtioMemory: memoryAddress
    case .enclave: 0
    }
  }
}

extension UInt64 {
  /// Returns the next multiple of `unit`, which need not be a power of two.
  fileprivate func alignedUp(toAny unit: UInt64) -> UInt64 {
    let rest = self % unit
    return rest == 0 ? self : self &+ (unit - rest)
  }
}

extension [UInt64] {
  /// Returns the sum. Throws if it exceeds libvirt's own integer type.
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
