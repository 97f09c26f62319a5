/// Follows QEMU through its start with one command line, check by check in QEMU's order, so that the first complaint is
/// the one that QEMU makes. No file is changed; files that QEMU would create are remembered for the steps that follow.
///
/// Source: QEMU 7.2 `softmmu/vl.c`, `hw/core/machine.c`, `hw/core/numa.c`, `hw/i386/pc.c`, `hw/mem/*.c`.
package struct MachineStartup {
  package let command: QEMUCommand
  package let rules: SizingRules
  private let lookUp: (String) -> HostPath
  package internal(set) var prediction = MachinePrediction()
  /// What paths lead to at this point, by identity.
  var paths: [String: HostPath] = [:]

  var machine: MachineIdentity?
  package internal(set) var hasNVDIMM = false
  var hasACPI = true
  var loadsFirmware = false
  /// The file that the firmware is read from; `nil` for the machine's own, and where a pflash holds it.
  var firmware: String?
  /// Bytes, and what `-m` says of room for devices.
  package internal(set) var ram: UInt64
  package internal(set) var slots: UInt64?
  package internal(set) var maximum: UInt64?
  var isRAMSizeGiven = false
  /// `max-ram-below-4g=`, in bytes; `nil` for the machine's default.
  var lowRAMLimit: UInt64?
  /// The address at which the RAM above 4 GiB continues.
  var highRAMStart: UInt64 = 4 << 30
  var machineBackend: String?
  /// The number of CPUs, and the nodes of those that `cpus=` names; set in our own dialect only.
  package internal(set) var processorCount = 1
  var processorNodes: [UInt64: UInt64] = [:]
  /// The sizes in bytes of the nodes that `-numa` declares, by number.
  var nodes: [UInt64: UInt64] = [:]
  var nodeBackends: [UInt64: String] = [:]
  /// The pairs of nodes whose distance is given.
  var distances: Set<Set<UInt16>> = []
  /// The nodes that name their initiator.
  var initiators: Set<UInt64> = []
  /// Whether one of them has `cpus=`.
  var hasProcessorNodes = false
  /// Whether one of them has `mem=`.
  var hasNodeMemory = false
  package internal(set) var placement: MemoryDevicePlacement?
  var deviceIDs: Set<String> = []
  /// The ids of the devices at the addresses of the board's PCI bus that options name.
  var pciUsers: [PCIAddress: String?] = [:]
  /// Whether some device brings a bus that QEMU names automatically.
  var hasUnnamedBuses = false
  /// The words of the command line that no table lists.
  var undescribed: [String]

  /// `lookUp` returns what a path leads to on the host.
  package init(_ command: QEMUCommand, _ rules: SizingRules, lookUp: @escaping (String) -> HostPath) {
    self.command = command
    undescribed = command.undescribed
    loadsFirmware = command.loadsFirmware
    firmware = command.hasFlash ? nil : command.firmware
    hasACPI = !command.disablesACPI
    self.rules = rules
    ram = rules.architecture.defaultRAM
    self.lookUp = lookUp
  }

  /// The size of the RAM below 4 GiB in bytes.
  package var lowRAM: UInt64 { machine?.layout?.lowRAM(of: ram) ?? ram }

  /// The size of the RAM of each node in bytes; there is at least one node.
  package var nodeMemory: [UInt64] { nodes.isEmpty ? [ram] : nodes.keys.sorted().map { nodes[$0] ?? 0 } }

  /// Returns whether the backend called `id` is the RAM of a node.
  package func isNodeMemory(_ id: String) -> Bool { nodeBackends.values.contains(id) }

  /// The node of each CPU. A CPU that no node names is in the first, as in QEMU.
  package var nodesOfProcessors: [UInt32] {
    (0..<processorCount).map { UInt32(processorNodes[UInt64($0)] ?? 0) }
  }

  /// The backend whose refusal stops the start: the one that is to blame, or the last that was created.
  package var blamedBackend: MachinePrediction.Backend? {
    prediction.backends.first { $0.option.backend.id == prediction.blamed } ?? prediction.backends.last
  }

  /// Runs through the start.
  package mutating func run() {
    prediction.warnings = command.warnings
    do throws(QEMUStop) {
      if release.has(.kernelOptionsFirst) { try checkKernelOptions() }
      try chooseMachine()
      if release.has(.backendsBeforeMachine) { try makeBackends() } else { try makeOtherObjects() }
      if release.has(.imagesBeforeMachine) { try openImages() }
      try setMachineProperties()
      if !release.has(.kernelOptionsFirst) { try checkKernelOptions() }
      if !release.has(.backendsBeforeMachine) { try makeBackends() }
      if !release.has(.imagesBeforeMachine) { try openImages() }
      if machine?.kind == .unlisted { try stopIfUndescribed() }
      try resolveMachineBackend()
      try readNodes()
      try place(of: "m").adding { () throws(QEMUStop) in try makeBoard() }
      try loadBootFiles()
      for device in command.pluggedDevices {
        try device.location.adding { () throws(QEMUStop) in try plug(device, hotplugged: false) }
      }
      if machine?.kind == .virt { try loadDeviceTree() }
      try checkTransactions()
      try stopIfUndescribed()
      if let option = command.unsaid { throw .unsaid(option) }
    } catch {
      prediction.stop = error.judged(under: release)
    }
    noteRoom()
  }

  /// Notes the room that remains for more devices.
  mutating func noteRoom() {
    guard let placement else { return }
    let used = placement.placements
    prediction.freeSlots = placement.slots - min(placement.slots, UInt64(used.count { $0.slot >= 0 }))
    prediction.freeMemory = placement.space - used.reduce(0) { $0 + $1.size }
  }

  /// Stops if something is listed in no table, because it might mean anything. Other faults have been reported before.
  func stopIfUndescribed() throws(QEMUStop) {
    guard !undescribed.isEmpty else { return }
    throw .unknown(undescribed.joined(separator: " and "))
  }

  var release: QEMURelease { rules.release }

  func complain(_ complaint: QEMUComplaint) -> QEMUStop { .complaint(complaint, at: .nowhere) }

  var isStrict: Bool { command.dialect == .emulate }

  /// Returns the location of the options called `name`, for faults for which only our own dialect gives a location.
  func place(of name: String) -> QEMULocation { isStrict ? command.locations[name] ?? .nowhere : .nowhere }

  func since(_ major: Int, _ minor: Int) -> Bool { release >= QEMURelease(major, minor) }

  var sizeRules: QEMUSize.Rules { isStrict ? .exact : release.sizeRules }

  func identity(of path: String) -> String { lookUp(path).identity }

  /// Returns what `path` leads to, including what QEMU has created in the meantime.
  mutating func hostPath(_ path: String) -> HostPath {
    var found = lookUp(path)
    if let changed = paths[found.identity] { return changed }
    // If the folder is a file that an earlier backend has created, nothing can be found in it.
    if !paths.isEmpty, let slash = path.dropFirst().lastIndex(of: "/"),
      case .file? = paths[lookUp(String(path[..<slash])).identity]?.forWriting
    {
      found.forWriting = .inaccessible("Not a directory")
      found.forReading = .inaccessible("Not a directory")
    }
    return found
  }
}

extension MachineStartup {
  /// Predicts what QEMU does with `arguments`, which begin with the name of the program.
  ///
  /// `lookUp` returns what a path leads to on the host; `readFile` returns the contents of a file that `-readconfig`
  /// names. `hotplug` contains the commands that the monitor gets once the machine runs.
  package static func prediction(
    of arguments: [String], _ rules: SizingRules, hotplug: [HotplugCommand] = [],
    lookUp: @escaping (String) -> HostPath,
    readFile: (String) -> Result<String, ConfigurationFileError>
  ) -> MachinePrediction {
    let command: QEMUCommand
    do throws(QEMUStop) {
      command = try QEMUCommand(arguments, release: rules.release, readFile: readFile)
    } catch {
      var prediction = MachinePrediction()
      prediction.stop = error
      return prediction
    }
    var startup = MachineStartup(command, rules, lookUp: lookUp)
    startup.run()
    startup.hotplug(hotplug)
    return startup.prediction
  }
}
