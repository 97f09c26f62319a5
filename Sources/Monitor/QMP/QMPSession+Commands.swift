import QEMU
import VirtualMachine

extension QMPSession {
  /// The version of the protocol's model: what a client of QEMU's is to expect here.
  static let version = JSONValue.object([
    ("qemu", .object([("micro", .integer(0)), ("minor", .integer(2)), ("major", .integer(7))])),
    ("package", .text("vnvdimm")),
  ])

  /// Does `command`, whose arguments have names that it knows; answers its result.
  func perform(_ command: QMPCommand, _ arguments: QMPArguments) throws(MonitorError) -> JSONValue {
    switch command {
    case .negotiate: try arguments.checkCapabilities()
    case .queryVersion: return Self.version
    case .queryCommands: return .array(QMPCommand.allCases.map { .object([("name", .text($0.rawValue))]) })
    case .queryStatus: return status
    case .queryMemoryDevices: return .array(machine.devicesByAddress.map(\.information))
    case .queryMemorySizeSummary:
      return .object([
        ("base-memory", JSONValue(machine.baseMemory)), ("plugged-memory", JSONValue(machine.pluggedMemory)),
      ])
    case .queryBackends: return .array(machine.backends.reversed().map(\.information) + [mainMemory])
    case .addObject: try machine.add(arguments.backend())
    case .removeObject: try machine.removeBackend(arguments.text("id"))
    case .addDevice: try machine.plug(arguments.device())
    case .removeDevice: try machine.unplug(arguments.text("id"))
    case .stop: machine.pause()
    case .cont: machine.resume()
    case .powerDown: machine.pressPowerButton()
    case .reset: machine.reset()
    case .quit: machine.quit()
    }
    return .object([])
  }

  private var status: JSONValue {
    .object([
      ("status", .text(machine.runState.name)), ("singlestep", .boolean(false)),
      ("running", .boolean(machine.runState == .running)),
    ])
  }

  /// QEMU lists the guest's RAM among the backends.
  private var mainMemory: JSONValue {
    MemoryBackend(id: "pc.ram", storage: .ram, size: machine.baseMemory).information
  }
}

extension MachineControl.RunState {
  /// QEMU's name.
  var name: String {
    switch self {
    case .prelaunch: "prelaunch"
    case .running: "running"
    case .paused: "paused"
    }
  }
}

extension MemoryDeviceInventory.Entry {
  /// An element of `query-memory-devices`.
  fileprivate var information: JSONValue {
    let data: [(key: String, value: JSONValue)] = [
      ("memdev", .text(memoryDevicePath)), ("hotplugged", .boolean(isHotplugged)),
      ("addr", JSONValue(placement.address)), ("hotpluggable", .boolean(true)), ("size", JSONValue(placement.size)),
      ("slot", .integer(Int64(placement.slot))), ("node", .integer(Int64(device.node))),
    ]
    return .object([
      ("type", .text("nvdimm")), ("data", .object(data + (device.id.map { [("id", .text($0))] } ?? []))),
    ])
  }

  /// Where QEMU has the backend in its tree of objects.
  var memoryDevicePath: String { "/objects/\(device.memoryDevice)" }
}

extension MemoryBackend {
  /// An element of `query-memdev`.
  fileprivate var information: JSONValue {
    .object([
      ("share", .boolean(isShared)), ("reserve", .boolean(reservesSwap)), ("prealloc", .boolean(isPreallocated)),
      ("host-nodes", .array([])), ("size", JSONValue(size ?? 0)), ("merge", .boolean(mayBeMerged)),
      ("dump", .boolean(isDumped)), ("policy", .text("default")), ("id", .text(id)),
    ])
  }
}
