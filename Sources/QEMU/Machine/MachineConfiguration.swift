import Basics
package import PersistentMemory

/// The contents of a command line of `vnvdimm emulate`: a machine in QEMU's terms, and the way to run it.
package struct MachineConfiguration: Sendable {
  /// The machine with its memory devices.
  package var command = QEMUCommand(program: "vnvdimm emulate", release: .newest, dialect: .emulate)
  package var name: String?

  package var kernel: String?
  package var initialRAMDisk: String?
  package var kernelCommandLine: String?

  package var serial: [CharacterDevice] = []
  package var monitor: CharacterDevice?
  package var qmp: CharacterDevice?
  /// `-nographic`: the serial port and the monitor share the terminal unless other options say otherwise.
  package var usesTerminal = false
  /// `-nodefaults`: the machine has only the serial ports and monitors that options ask for.
  package var hasNoDefaults = false
  /// `-S`: the processors wait for the monitor's `cont`.
  package var startsPaused = false
  /// `-no-reboot`: a guest that reboots ends the run.
  package var exitsOnReboot = false

  package var engine = Engine.auto
  /// The folder for the guest's ACPI tables; if it is set, the guest is not run.
  package var tableDumpFolder: String?
  /// A shell script on the host that the guest runs at its start.
  package var script: String?
  /// `--add`: files of this host to copy into the guest.
  package var additions: [String] = []
  /// `--get`: files of the guest to copy to this host at the end.
  package var requests: [String] = []
  /// `--qemu-opts`: texts with additional words for QEMU's command line.
  package var engineOptions: [String] = []
  /// `--timeout`: the number of seconds after which a guest is ended.
  package var timeout: Int?
  /// `--power-cut`: the backends keep what the guest flushes, and everything else only once the guest powers off.
  package var losesUnflushed = false
  /// `--probe`: boot the guest on private copies and print what it sees.
  package var isProbe = false
  /// False with `--no-sandbox`.
  package var hasSandbox = true
  /// Folders and devices that later backends may come from; if empty, there is no restriction.
  package var allowedPaths: [String] = []
  /// The rules whose findings do not prevent the machine from starting: those of `allowedWords`, once they are read.
  package var allowedRules: Set<Rule> = []
  /// The values of `--allow` as given.
  package var allowedWords: [String] = []

  /// `-d`: the topics that are traced while the machine runs.
  package var traceTopics: Set<TraceTopic> = []
  /// `--stats`: counters at the end.
  package var printsCounters = false

  /// The values of `-machine accel=` and `-accel`, in the order in which they are to be tried.
  package var accelerators: [String] {
    get {
      ([command.machine["accel"]?.text].compactMap(\.self) + command.accelerators)
        .flatMap { $0.split(separator: ":").map(String.init) }
    }
    set {
      command.machine["accel"] = nil
      command.accelerators = newValue
    }
  }

  package init() {}

  /// Fills in what `--nvdimm` leaves to the files; see `QEMUCommand.settleShortForms`. Call it once, before the machine
  /// is judged.
  package mutating func settle(
    _ facts: (_ path: String, _ size: UInt64?, LabelSize) throws -> QEMUCommand.BackendFacts?
  ) throws {
    try command.settleShortForms(facts)
    try command.settleMemory()
  }
}

/// The engine that runs the guest: `--engine`.
package enum Engine: String, CaseIterable, Sendable {
  /// The VMM of this suite.
  case kvm
  case qemu
  /// The VMM of this suite if the host's KVM runs guests natively, otherwise QEMU.
  case auto
}

/// The reaction to guest writes that cannot be made durable: `werror`.
package enum WriteErrorPolicy: String, CaseIterable, Sendable {
  /// The error is reported to the operator, and the guest continues as if nothing had happened.
  case report
  /// The error is reported to the operator, and the guest ends before it can mistake such data for durable.
  case stop
}

/// Every option of `vnvdimm emulate`, spelt as on the command line without its dashes.
enum CommandLineOption: String, CaseIterable {
  case machine, memory = "m", processors = "smp", numa, object, device, nvdimm
  case kernel, initialRAMDisk = "initrd", append
  case serial, monitor, qmp
  case processorModel = "cpu", accelerator = "accel", enableKVM = "enable-kvm", name
  case nographic, display, vga, network = "nic", nodefaults, startPaused = "S", noReboot = "no-reboot"
  case dumpACPI = "dump-acpi", engine, script = "run", timeout, probe, powerCut = "power-cut"
  case addition = "add", request = "get", engineOptions = "qemu-opts"
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
    case .enableKVM, .nographic, .nodefaults, .startPaused, .noReboot, .counters, .probe, .powerCut, .noSandbox: false
    default: true
    }
  }

  /// The usual spelling, for "did you mean".
  var spelling: String {
    switch self {
    case .nvdimm, .engine, .script, .timeout, .counters, .probe, .powerCut, .noSandbox, .allowedPath, .allowedRule,
      .addition, .request, .engineOptions:
      "--\(rawValue)"
    default: "-\(rawValue)"
    }
  }
}
