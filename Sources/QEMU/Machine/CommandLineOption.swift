/// Every option that a description of a machine may have, spelt as on the command line without its dashes.
enum CommandLineOption: String, CaseIterable {
  case machine, memory = "m", processors = "smp", numa, object, device, nvdimm
  case kernel, initialRAMDisk = "initrd", append
  case serial, monitor, qmp
  case processorModel = "cpu", accelerator = "accel", enableKVM = "enable-kvm", name
  case nographic, display, vga, network = "nic", nodefaults, startPaused = "S", noReboot = "no-reboot"
  case dumpACPI = "dump-acpi", engine, script = "run", probe
  case trace = "d", counters = "stats"
  case noSandbox = "no-sandbox", allowedPath = "allow-path"

  /// The option that `argument` names: one or two dashes, `-M` for `-machine`.
  init?(_ argument: String) {
    guard let name = Self.name(of: argument) else { return nil }
    self.init(rawValue: name == "M" ? "machine" : name)
  }

  /// The name in `argument` if that begins like an option.
  static func name(of argument: String) -> String? {
    guard argument.hasPrefix("-"), argument.count > 1 else { return nil }
    return String(argument.dropFirst(argument.hasPrefix("--") ? 2 : 1))
  }

  var takesValue: Bool {
    switch self {
    case .enableKVM, .nographic, .nodefaults, .startPaused, .noReboot, .counters, .probe, .noSandbox: false
    default: true
    }
  }

  /// The key of a first property that is only a value.
  var impliedKey: String {
    switch self {
    case .machine: "type"
    case .memory: "size"
    case .processors: "cpus"
    case .numa: "type"
    case .object: "qom-type"
    case .device: "driver"
    case .nvdimm: "path"
    case .serial, .monitor, .qmp: "backend"
    case .accelerator: "accel"
    case .engine: "engine"
    default: "type"
    }
  }

  /// As people know it, for "did you mean".
  var spelling: String {
    switch self {
    case .nvdimm, .engine, .script, .counters, .probe, .noSandbox, .allowedPath: "--\(rawValue)"
    default: "-\(rawValue)"
    }
  }
}
