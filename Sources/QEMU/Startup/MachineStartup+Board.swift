import Basics

extension MachineStartup {
  /// Lays out the machine's memory.
  mutating func makeBoard() throws(QEMUStop) {
    guard let machine else { return }
    try makeRAM()
    try place(of: "numa").adding { () throws(QEMUStop) in
      try completeNodes()
      try checkInitiators()
    }
    if loadsFirmwareFirst { try loadFirmware() }
    guard let layout = machine.layout else { return }
    if layout == .pseries {
      try checkPOWERMemory()
      try checkEmptyNodes()
    }
    try checkAddressSpace(machine)
    let hasRoom = maximum ?? ram > ram
    guard machine.hasDeviceMemory || slots ?? 0 == 0 && !hasRoom else {
      throw complain(.noDeviceMemory(machine: machine.name))
    }
    do throws(MemoryDeviceError) {
      placement = try MemoryDevicePlacement(
        // Without room for devices the number of slots is not reported.
        ram: ram, slots: hasRoom ? slots : nil, maximum: hasRoom ? maximum : nil, machine: layout,
        alignsDevices: machine.alignsDevices, lowLimit: lowRAMLimit, highRAMStart: highRAMStart,
        slotLimit: layout == .pseries && isEmulated
          ? MemoryDevicePlacement.slotLimitOfTCGOnPOWER : MemoryDevicePlacement.slotLimit)
      prediction.ram = ram
      let low = layout.lowRAM(of: ram, limit: lowRAMLimit)
      prediction.ramEnd = ram > low ? highRAMStart + (ram - low) : low
    } catch {
      guard error != .fragmented else { throw complain(.tooMuchMemory(maximum ?? ram)) }
      throw complain(.start(.memory(error)))
    }
  }

  /// Checks that POWER's memory consists of blocks of 256 MiB. Source: QEMU `spapr_validate_node_memory`.
  private func checkPOWERMemory() throws(QEMUStop) {
    let unit = rules.regionGranularity
    guard ram.isMultiple(of: unit) else { throw complain(.powerMemory("Memory", ram)) }
    // QEMU prints the size of the RAM here.
    guard (maximum ?? ram).isMultiple(of: unit) else { throw complain(.powerMemory("Maximum memory", ram)) }
    for (number, size) in nodes.sorted(by: { $0.key < $1.key }) where !size.isMultiple(of: unit) {
      throw complain(.powerMemory("Node \(number) memory", size))
    }
  }

  /// Checks that each node has memory or processors. Source: QEMU 4.2 to 6.1, `spapr_machine_init`.
  private mutating func checkEmptyNodes() throws(QEMUStop) {
    guard since(4, 2), !since(6, 2),
      let node = nodes.keys.sorted().first(where: { $0 > 0 && nodes[$0] == 0 })
    else { return }
    // One processor is in the first node.
    guard !command.countsProcessors, !hasProcessorNodes else {
      undescribed.append("the processors of nodes without memory")
      return
    }
    throw complain(.emptyNode(node))
  }

  /// Makes the check of POWER that QEMU makes last. Source: QEMU `hw/ppc/spapr_caps.c`, `cap_htm_apply`.
  func checkTransactions() throws(QEMUStop) {
    guard let machine, machine.kind == .pseries, isEmulated, since(2, 12) else { return }
    // The processors of older machines have no transactions.
    let isOnByDefault = machine.isBefore(2, 12) && !machine.isBefore(2, 8) && command.processorModel == nil
    guard !(isOn("cap-htm") ?? isOnByDefault) else { throw complain(.noTransactions) }
  }

  private mutating func makeRAM() throws(QEMUStop) {
    if let id = machineBackend {
      guard backend(at: id)?.option.backend.size == ram else { throw complain(.memoryBackendSize(release)) }
      prediction.usedBackends.insert(id)
      return
    }
    guard nodeBackends.isEmpty else { return }
    let path = command.memoryPath
    let option = BackendOption(
      MemoryBackend(id: rules.architecture.ramID, storage: path.map { .file(path: $0) } ?? .ram, size: ram))
    try make(option, at: .nowhere, hotplugged: false)
    prediction.usedBackends.insert(option.backend.id)
  }
}
