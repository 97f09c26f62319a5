/// Follows QEMU through its start with one command line, check by check in QEMU's order, so that the first complaint
/// is the one that QEMU makes. No file is changed: what QEMU would make is kept in mind for what comes after.
///
/// Source: QEMU 7.2 `softmmu/vl.c`, `hw/core/machine.c`, `hw/core/numa.c`, `hw/i386/pc.c`, `hw/mem/*.c`.
package struct MachineStartup {
  let command: QEMUCommand
  let rules: SizingRules
  private let lookUp: (String) -> HostPath

  package internal(set) var prediction = MachinePrediction()
  /// What paths lead to by now, by identity.
  var paths: [String: HostPath] = [:]

  var machine: MachineIdentity?
  var hasNVDIMM = false
  var hasACPI = true
  var loadsFirmware = false
  /// Bytes, and what `-m` says of room for devices.
  var ram: UInt64 = 128 << 20
  var slots: UInt64?
  var maximum: UInt64?
  var isRAMSizeGiven = false
  /// `max-ram-below-4g=`, in bytes; nil for the machine's own.
  var lowRAMLimit: UInt64?
  /// Where the RAM goes on that is not below 4 GiB.
  var highRAMStart: UInt64 = 4 << 30
  var machineBackend: String?
  /// Bytes of the nodes that `-numa` declares, by number.
  var nodes: [UInt64: UInt64] = [:]
  var nodeBackends: [UInt64: String] = [:]
  /// Whether one of them has `mem=`.
  var hasNodeMemory = false
  var placement: MemoryDevicePlacement?
  var deviceIDs: Set<String> = []

  /// `lookUp` tells what a path leads to on the host.
  package init(_ command: QEMUCommand, _ rules: SizingRules, lookUp: @escaping (String) -> HostPath) {
    self.command = command
    loadsFirmware = command.loadsFirmware
    self.rules = rules
    self.lookUp = lookUp
  }

  /// Runs through the start.
  package mutating func run() {
    prediction.warnings = command.warnings
    do throws(QEMUStop) {
      try makeMachine()
      try makeBackends()
      try resolveMachineBackend()
      try readNodes()
      try makeBoard()
      for device in command.pluggedDevices {
        try device.location.adding { () throws(QEMUStop) in try plug(device, hotplugged: false) }
      }
      if let option = command.undescribed.first { throw .unknown(option) }
    } catch {
      prediction.stop = error
    }
  }

  var release: QEMURelease { rules.release }

  func complain(_ complaint: QEMUComplaint) -> QEMUStop { .complaint(complaint, at: .nowhere) }

  func since(_ major: Int, _ minor: Int) -> Bool { release >= QEMURelease(major, minor) }

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
