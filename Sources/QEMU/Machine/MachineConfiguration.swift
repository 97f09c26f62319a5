import Basics
package import PersistentMemory

/// What a command line of `vnvdimm emulate` says: a machine in QEMU's words, and how it is to be run.
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
  /// `-nographic`: the serial port and the monitor share the terminal unless told otherwise.
  package var usesTerminal = false
  /// `-nodefaults`: no serial port and no monitor that nobody asked for.
  package var hasNoDefaults = false
  /// `-S`: the processors wait for the monitor's `cont`.
  package var startsPaused = false
  /// `-no-reboot`: a guest that reboots ends the run.
  package var exitsOnReboot = false

  package var engine = Engine.auto
  /// The folder for the guest's ACPI tables; nothing is run then.
  package var tableDumpFolder: String?
  /// A shell script of the host that the guest runs at its start.
  package var script: String?
  /// `--add`: what of this host goes into the guest.
  package var additions: [String] = []
  /// `--get`: what of the guest comes to this host at its end.
  package var requests: [String] = []
  /// `--qemu-opts`: texts with words for the command line of QEMU.
  package var engineOptions: [String] = []
  /// `--timeout`: so many seconds after its start a guest is ended.
  package var timeout: Int?
  /// `--power-cut`: the backends keep what the guest flushes, and the rest once it powers off.
  package var losesUnflushed = false
  /// `--probe`: boot the guest on private copies, and print what it sees.
  package var isProbe = false
  /// False with `--no-sandbox`.
  package var hasSandbox = true
  /// Folders and devices that a backend may be plugged from later; anywhere where there are none.
  package var allowedPaths: [String] = []
  /// Rules of which a finding does not keep the machine from starting: those of `allowedWords`, once they are read.
  package var allowedRules: Set<Rule> = []
  /// The values of `--allow`, as they were given.
  package var allowedWords: [String] = []

  /// `-d`: what is told while the machine runs.
  package var traceTopics: Set<TraceTopic> = []
  /// `--stats`: counters at the end.
  package var printsCounters = false

  /// `-machine accel=` and `-accel`, in the order in which they are to be tried.
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

  /// Puts in what `--nvdimm` leaves to the files, as `QEMUCommand.settleShortForms` says; to be called once, before the
  /// machine is judged.
  package mutating func settle(
    _ facts: (_ path: String, _ size: UInt64?, LabelSize) throws -> QEMUCommand.BackendFacts?
  ) throws {
    try command.settleShortForms(facts)
    try command.settleMemory()
  }
}

/// Who runs the guest: `--engine`.
package enum Engine: String, CaseIterable, Sendable {
  /// The VMM of this suite.
  case kvm
  case qemu
  /// The VMM of this suite where the host's KVM runs guests natively, QEMU elsewhere.
  case auto
}

/// What is done when a guest's writes cannot be made durable: `werror`.
package enum WriteErrorPolicy: String, CaseIterable, Sendable {
  /// The operator is told, and the guest goes on as if all were well.
  case report
  /// The operator is told, and the guest ends before it can take for durable what is not.
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

  /// As people know it, for "did you mean".
  var spelling: String {
    switch self {
    case .nvdimm, .engine, .script, .timeout, .counters, .probe, .powerCut, .noSandbox, .allowedPath, .allowedRule,
      .addition, .request, .engineOptions:
      "--\(rawValue)"
    default: "-\(rawValue)"
    }
  }
}
