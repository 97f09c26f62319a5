/// The commands of the monitor for people.
enum HMPCommand: String, CaseIterable {
  case cont
  case addDevice = "device_add"
  case removeDevice = "device_del"
  case help
  case info
  case injectError = "nvdimm_inject_error"
  case clearError = "nvdimm_clear_error"
  case setHealth = "nvdimm_set_health"
  case shutDownUnsafely = "nvdimm_unsafe_shutdown"
  case failCommand = "nvdimm_fail_command"
  case addObject = "object_add"
  case removeObject = "object_del"
  case quit, stop
  case powerDown = "system_powerdown"
  case reset = "system_reset"

  /// Parses `word`, which may be one of QEMU's short forms.
  init?(word: String) {
    switch word {
    case "c": self = .cont
    case "s": self = .stop
    case "q": self = .quit
    case "?": self = .help
    default: self.init(rawValue: word)
    }
  }

  /// The parameters after the name, for `help`.
  var parameters: String {
    switch self {
    case .addDevice: "driver[,prop=value][,...]"
    case .removeDevice: "device"
    case .help: "[cmd]"
    case .info: "[subcommand]"
    case .addObject: "[qom-type=]type,id=str[,prop=value][,...]"
    case .removeObject: "id"
    case .injectError: "[-n] device offset length"
    case .clearError: "device offset length"
    case .setHealth: "device state|name=value ..."
    case .shutDownUnsafely: "device"
    case .failCommand: "device function status"
    default: ""
    }
  }

  var summary: String {
    switch self {
    case .cont: "resume emulation"
    case .addDevice: "add device, like -device on the command line"
    case .removeDevice: "remove device"
    case .help: "show the help"
    case .info: "show various information about the system state"
    case .addObject: "create QOM object"
    case .removeObject: "destroy QOM object"
    case .injectError: "make lines of an NVDIMM unreadable (-n: and notify the guest)"
    case .clearError: "make lines of an NVDIMM readable again"
    case .setHealth: "set the health that an NVDIMM reports"
    case .shutDownUnsafely: "count a dirty shutdown of an NVDIMM"
    case .failCommand: "make a function of an NVDIMM's _DSM return a status (0: its own)"
    case .quit: "quit the emulator"
    case .stop: "stop emulation"
    case .powerDown: "send system power down event"
    case .reset: "reset the system"
    }
  }

  /// Whether its one argument is required.
  var needsArgument: Bool {
    switch self {
    case .removeDevice, .addObject, .removeObject, .injectError, .clearError, .setHealth, .shutDownUnsafely,
      .failCommand:
      true
    case .cont, .addDevice, .help, .info, .quit, .stop, .powerDown, .reset: false
    }
  }

  var takesArgument: Bool { !parameters.isEmpty }

  private var names: String {
    switch self {
    case .cont: "cont|c"
    case .stop: "stop|s"
    case .quit: "quit|q"
    case .help: "help|?"
    default: rawValue
    }
  }

  /// The line of `help`, in QEMU's format.
  var usage: String { "\(names) \(parameters) -- \(summary)" }
}

/// The topics of `info`.
enum HMPInformation: String, CaseIterable {
  case memdev
  case memoryDevices = "memory-devices"
  case memorySizeSummary = "memory_size_summary"
  case nvdimm
  case status, version

  var usage: String {
    switch self {
    case .memdev: "info memdev  -- show memory backends"
    case .memoryDevices: "info memory-devices  -- show memory devices"
    case .memorySizeSummary:
      "info memory_size_summary  -- show the amount of initially allocated and present hotpluggable (if enabled) "
        + "memory in bytes."
    case .nvdimm: "info nvdimm  -- show media errors and health of NVDIMMs"
    case .status: "info status  -- show the current VM status (running|paused)"
    case .version: "info version  -- show the version of QEMU"
    }
  }
}
