import Basics
import PersistentMemory
import QEMU
import VirtualMachine

extension QMPSession {
  /// The version of the protocol's model, which tells a client of QEMU what to expect here.
  static let version = JSONValue.object([
    ("qemu", .object([("micro", .integer(0)), ("minor", .integer(2)), ("major", .integer(7))])),
    ("package", .text("vnvdimm")),
  ])

  /// Executes `command`, whose argument names have been checked. Returns its result.
  func perform(_ command: QMPCommand, _ arguments: QMPArguments) throws(MonitorError) -> JSONValue {
    switch command {
    case .negotiate: try arguments.checkCapabilities()
    case .queryVersion: return Self.version
    case .queryCommands: return .array(QMPCommand.allCases.map { .object([("name", .text($0.rawValue))]) })
    case .queryStatus: return status
    case .queryMemoryDevices:
      return .array(machine.prediction.memoryDevices.map(\.json))
    case .queryMemorySizeSummary:
      return .object([
        ("base-memory", JSONValue(machine.baseMemory)), ("plugged-memory", JSONValue(machine.pluggedMemory)),
      ])
    case .queryBackends:
      return .array(
        machine.prediction.backendFacts.map { id, facts in
          .dictionary(facts + [("host-nodes", .array([])), ("id", .text(id))])
        })
    case .queryNVDIMM:
      return .array(
        machine.nvdimmFacts.map { facts, errors in .object(facts + [("media-errors", errors.json)]) })
    case .injectError:
      let range = try ConditionCommand.range(arguments.number("offset"), arguments.number("length"))
      try performOnNVDIMM(.injectErrors(range, isTold: arguments.boolean("notify")), arguments)
    case .clearError:
      try performOnNVDIMM(
        .clearErrors(ConditionCommand.range(arguments.number("offset"), arguments.number("length"))), arguments)
    case .setHealth: try performOnNVDIMM(.setHealth(arguments.healthWords()), arguments)
    case .shutDownUnsafely: try performOnNVDIMM(.shutDownUnsafely, arguments)
    case .failCommand:
      let (function, status) = (try arguments.number("function"), try arguments.number("status"))
      try performOnNVDIMM(.fail(function: UInt32(clamping: function), status: UInt32(clamping: status)), arguments)
    case .addObject: try machine.perform(.addObject(arguments.dictionary, isJSON: true))
    case .removeObject: try machine.perform(.deleteObject(arguments.text("id")))
    case .addDevice: try machine.perform(.device(arguments.dictionary))
    case .removeDevice: try machine.perform(.deleteDevice(arguments.text("id")))
    case .stop: machine.pause()
    case .cont: machine.resume()
    case .powerDown: machine.pressPowerButton()
    case .reset: machine.reset()
    case .quit: machine.quit()
    }
    return .object([])
  }

  private func performOnNVDIMM(_ command: ConditionCommand, _ arguments: QMPArguments) throws(MonitorError) {
    try machine.perform(command, slot: machine.slot(of: arguments.text("device")))
  }

  private var status: JSONValue {
    .object([
      ("status", .text(machine.runState.name)), ("singlestep", .boolean(false)),
      ("running", .boolean(machine.runState == .running)),
    ])
  }
}

extension MachineControl.RunState {
  /// The name in QEMU.
  var name: String {
    switch self {
    case .prelaunch: "prelaunch"
    case .running: "running"
    case .paused: "paused"
    }
  }
}
