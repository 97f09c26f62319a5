/// Follows QEMU through its start with one command line, check by check in QEMU's order, so that the first complaint
/// is the one that QEMU makes. No file is changed: what QEMU would make is kept in mind for what comes after.
///
/// Source: QEMU 7.2 `softmmu/vl.c`, `hw/core/machine.c`, `hw/core/numa.c`, `hw/i386/pc.c`, `hw/mem/*.c`.
package struct MachineStartup {
  package let command: QEMUCommand
  package let rules: SizingRules
  private let lookUp: (String) -> HostPath
  /// QEMU's RAM where `-m` says nothing.
  static let defaultRAM: UInt64 = 128 << 20

  package internal(set) var prediction = MachinePrediction()
  /// What paths lead to by now, by identity.
  var paths: [String: HostPath] = [:]

  var machine: MachineIdentity?
  package internal(set) var hasNVDIMM = false
  var hasACPI = true
  var loadsFirmware = false
  /// The file that the firmware is read from; nil for the machine's own, and where a pflash holds it.
  var firmware: String?
  /// Bytes, and what `-m` says of room for devices.
  package internal(set) var ram = defaultRAM
  package internal(set) var slots: UInt64?
  package internal(set) var maximum: UInt64?
  var isRAMSizeGiven = false
  /// `max-ram-below-4g=`, in bytes; nil for the machine's own.
  var lowRAMLimit: UInt64?
  /// Where the RAM goes on that is not below 4 GiB.
  var highRAMStart: UInt64 = 4 << 30
  var machineBackend: String?
  /// How many CPUs there are, and the nodes of those that `cpus=` names; told in our own dialect alone.
  package internal(set) var processorCount = 1
  var processorNodes: [UInt64: UInt64] = [:]
  /// Bytes of the nodes that `-numa` declares, by number.
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
  /// Whether some device brings a bus that QEMU names by itself.
  var hasUnnamedBuses = false
  /// What stands on the command line and no table lists.
  var undescribed: [String]

  /// `lookUp` tells what a path leads to on the host.
  package init(_ command: QEMUCommand, _ rules: SizingRules, lookUp: @escaping (String) -> HostPath) {
    self.command = command
    undescribed = command.undescribed
    loadsFirmware = command.loadsFirmware
    firmware = command.hasFlash ? nil : command.firmware
    hasACPI = !command.disablesACPI
    self.rules = rules
    self.lookUp = lookUp
  }

  /// Bytes of RAM that lie below 4 GiB.
  package var lowRAM: UInt64 { machine?.layout?.lowRAM(of: ram) ?? ram }

  /// Bytes of RAM of each node, of which there is one at least.
  package var nodeMemory: [UInt64] { nodes.isEmpty ? [ram] : nodes.keys.sorted().map { nodes[$0] ?? 0 } }

  /// Whether the backend called `id` is the RAM of a node.
  package func isNodeMemory(_ id: String) -> Bool { nodeBackends.values.contains(id) }

  /// The node of each CPU. One that no node names is in the first, as in QEMU.
  package var nodesOfProcessors: [UInt32] {
    (0..<processorCount).map { UInt32(processorNodes[UInt64($0)] ?? 0) }
  }

  /// The backend whose refusal stops the start: that which is to blame, or the last that was made.
  package var blamedBackend: MachinePrediction.Backend? {
    prediction.backends.first { $0.option.backend.id == prediction.blamed } ?? prediction.backends.last
  }

  /// Runs through the start.
  package mutating func run() {
    prediction.warnings = command.warnings
    do throws(QEMUStop) {
      try chooseMachine()
      if release.has(.backendsBeforeMachine) { try makeBackends() } else { try makeOtherObjects() }
      try setMachineProperties()
      if !release.has(.backendsBeforeMachine) { try makeBackends() }
      if machine?.kind == .unlisted { try stopIfUndescribed() }
      try resolveMachineBackend()
      try readNodes()
      try place(of: "m").adding { () throws(QEMUStop) in try makeBoard() }
      try loadFirmware()
      for device in command.pluggedDevices {
        try device.location.adding { () throws(QEMUStop) in try plug(device, hotplugged: false) }
      }
      try stopIfUndescribed()
      if let option = command.unsaid { throw .unsaid(option) }
    } catch {
      prediction.stop = error.judged(under: release)
    }
    noteRoom()
  }

  /// Notes what is left for more devices.
  mutating func noteRoom() {
    guard let placement else { return }
    let used = placement.placements
    prediction.freeSlots = placement.slots - min(placement.slots, UInt64(used.count { $0.slot >= 0 }))
    prediction.freeMemory = placement.space - used.reduce(0) { $0 + $1.size }
  }

  /// What no table lists might be anything; whatever else is wrong has been told before.
  func stopIfUndescribed() throws(QEMUStop) {
    guard !undescribed.isEmpty else { return }
    throw .unknown(undescribed.joined(separator: " and "))
  }

  var release: QEMURelease { rules.release }

  func complain(_ complaint: QEMUComplaint) -> QEMUStop { .complaint(complaint, at: .nowhere) }

  var isStrict: Bool { command.dialect == .emulate }

  /// Where the fault lies that QEMU finds in the options called `name`, of which it names none: our own dialect does.
  func place(of name: String) -> QEMULocation { isStrict ? command.locations[name] ?? .nowhere : .nowhere }

  func since(_ major: Int, _ minor: Int) -> Bool { release >= QEMURelease(major, minor) }

  var sizeRules: QEMUSize.Rules { isStrict ? .exact : release.sizeRules }

  func identity(of path: String) -> String { lookUp(path).identity }

  /// What `path` leads to, what QEMU has made meanwhile included.
  mutating func hostPath(_ path: String) -> HostPath {
    var found = lookUp(path)
    if let changed = paths[found.identity] { return changed }
    // Is the folder a file that an earlier backend has made, nothing is found in it.
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
  /// What QEMU does with `arguments`, the name of the program first.
  ///
  /// `lookUp` tells what a path leads to on the host; `readFile` gives the contents of a file that `-readconfig`
  /// names. `hotplug` is what the monitor is told once the machine is there.
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
