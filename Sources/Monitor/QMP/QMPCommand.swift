import PersistentMemory

/// The supported commands of the QEMU Machine Protocol.
package enum QMPCommand: String, CaseIterable, Sendable {
  case negotiate = "qmp_capabilities"
  case queryVersion = "query-version"
  case queryCommands = "query-commands"
  case queryStatus = "query-status"
  case queryMemoryDevices = "query-memory-devices"
  case queryMemorySizeSummary = "query-memory-size-summary"
  case queryBackends = "query-memdev"
  case addObject = "object-add"
  case removeObject = "object-del"
  case addDevice = "device_add"
  case removeDevice = "device_del"
  case queryNVDIMM = "x-query-vnvdimm"
  case injectError = "x-vnvdimm-inject-error"
  case clearError = "x-vnvdimm-clear-error"
  case setHealth = "x-vnvdimm-set-health"
  case shutDownUnsafely = "x-vnvdimm-unsafe-shutdown"
  case failCommand = "x-vnvdimm-fail-command"
  case stop, cont
  case powerDown = "system_powerdown"
  case reset = "system_reset"
  case quit

  /// The names of the arguments; `nil` if they are properties of the object to add.
  var arguments: [String]? {
    switch self {
    case .negotiate: ["enable"]
    case .removeObject, .removeDevice: ["id"]
    case .addObject, .addDevice: nil
    case .injectError: ["device", "offset", "length", "notify"]
    case .clearError: ["device", "offset", "length"]
    case .setHealth: ["device"] + DIMMHealth.Setting.allCases.map(\.rawValue)
    case .shutDownUnsafely: ["device"]
    case .failCommand: ["device", "function", "status"]
    case .queryVersion, .queryCommands, .queryStatus, .queryMemoryDevices, .queryMemorySizeSummary, .queryBackends,
      .queryNVDIMM, .stop, .cont, .powerDown, .reset, .quit:
      []
    }
  }
}
