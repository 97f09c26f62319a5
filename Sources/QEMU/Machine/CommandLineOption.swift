/// Every option of `vnvdimm emulate`, spelt as on the command line without its dashes.
enum CommandLineOption: String, CaseIterable {
  case machine, memory = "m", processors = "smp", numa, object, device, nvdimm
  case kernel, initialRAMDisk = "initrd", append
  case serial, monitor, qmp
  case processorModel = "cpu", accelerator = "accel", enableKVM = "enable-kvm", name
  case nographic, display, vga, network = "nic", nodefaults, startPaused = "S", noReboot = "no-reboot"
  case dumpACPI = "dump-acpi", engine, script = "run", probe
  case trace = "d", counters = "stats"
  case noSandbox = "no-sandbox", allowedPath = "allow-path", allowedRule = "allow"

  /// The option that `argument` names: one or two dashes, `-M` for `-machine`.
  init?(_ argument: String) {
    guard argument.hasPrefix("-"), argument.count > 1 else { return nil }
    let name = argument.dropFirst(argument.hasPrefix("--") ? 2 : 1)
    self.init(rawValue: name == "M" ? "machine" : String(name))
  }

  var takesValue: Bool {
    switch self {
    case .enableKVM, .nographic, .nodefaults, .startPaused, .noReboot, .counters, .probe, .noSandbox: false
    default: true
    }
  }

  /// As people know it, for "did you mean".
  var spelling: String {
    switch self {
    case .nvdimm, .engine, .script, .counters, .probe, .noSandbox, .allowedPath, .allowedRule: "--\(rawValue)"
    default: "-\(rawValue)"
    }
  }
}
