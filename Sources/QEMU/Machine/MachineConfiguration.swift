package import PersistentMemory

/// A machine with its virtual NVDIMMs, as one command line in QEMU's syntax describes it.
package struct MachineConfiguration: Equatable, Sendable {
  package var machine = MachineType.pc
  /// Whether the machine has an NVDIMM root device.
  package var hasNVDIMM = false
  /// `nvdimm-persistence`.
  package var persistence: PersistenceDomain?
  package var memory = MemoryConfiguration()
  /// `--nvdimm`: slots and memory for the devices are made where `-m` makes none.
  package var makesRoom = false
  package var processors = 1
  /// `-numa node`, in the order of the command line; none where the guest has one node.
  package var nodes: [NUMANode] = []
  /// `-cpu`, as given.
  package var processorModel: String?
  /// `-accel` and `-machine accel=`, as given, in order.
  package var accelerators: [String] = []
  package var name: String?

  /// In the order of the command line.
  package var backends: [MemoryBackend] = []
  /// In the order of the command line, which is the order of plugging.
  package var devices: [NVDIMMDevice] = []

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
  /// `--probe`: boot the guest on private copies, and print what it sees.
  package var isProbe = false
  /// False with `--no-sandbox`.
  package var hasSandbox = true
  /// Folders and devices that a backend may be plugged from later; anywhere where there are none.
  package var allowedPaths: [String] = []

  /// `-d`: what is told while the machine runs.
  package var traceTopics: Set<TraceTopic> = []
  /// `--stats`: counters at the end.
  package var printsCounters = false

  package init() {}

  /// The backend that stores `device`.
  package func backend(of device: NVDIMMDevice) -> MemoryBackend? {
    backends.first { $0.id == device.memoryDevice }
  }
}
