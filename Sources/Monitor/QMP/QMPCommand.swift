/// The commands of the QEMU Machine Protocol that there are here.
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
  case stop, cont
  case powerDown = "system_powerdown"
  case reset = "system_reset"
  case quit

  /// The names of the arguments; nil where they are properties of what is added.
  var arguments: [String]? {
    switch self {
    case .negotiate: ["enable"]
    case .removeObject, .removeDevice: ["id"]
    case .addObject, .addDevice: nil
    default: []
    }
  }
}
