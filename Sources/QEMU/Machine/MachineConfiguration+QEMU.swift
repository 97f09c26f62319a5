import Basics
import FoundationEssentials
import PersistentMemory

extension MachineConfiguration {
  /// Returns the arguments that make QEMU run the machine that `startup` judged. Options of our own are left out; the
  /// rest has a form that every release since 2.8 accepts.
  package func qemuArguments(_ startup: MachineStartup) -> [String] {
    var arguments = startup.qemuArguments
    for accelerator in accelerators { arguments += ["-accel", accelerator] }
    for (option, value) in [
      ("-cpu", command.processorModel), ("-name", name), ("-kernel", kernel), ("-initrd", initialRAMDisk),
      ("-append", kernelCommandLine), ("-monitor", monitor?.text), ("-qmp", qmp?.text),
    ] {
      if let value { arguments += [option, value] }
    }
    for port in serial { arguments += ["-serial", port.text] }
    let flags = [
      ("-nographic", usesTerminal), ("-nodefaults", hasNoDefaults), ("-S", startsPaused), ("-no-reboot", exitsOnReboot),
    ]
    arguments += flags.compactMap { $0.1 ? $0.0 : nil }
    return usesTerminal ? arguments : arguments + ["-display", "none"]
  }
}

extension MachineStartup {
  fileprivate var qemuArguments: [String] {
    let type = command.machine["type"]?.text ?? "pc"
    var arguments = [
      "-machine",
      text([("type", type), ("nvdimm", hasNVDIMM.word), ("nvdimm-persistence", prediction.persistence?.rawValue)]),
      "-m",
      text([
        ("size", "\(ram)B"), ("slots", maximum.map { _ in String(slots ?? 0) }), ("maxmem", maximum.map { "\($0)B" }),
      ]),
      "-smp", String(processorCount),
    ]
    for object in command.objects { if let backend = object.backend { arguments += ["-object", backend.words] } }
    var nodeArguments: [String] = []
    for (index, options) in command.nodes.enumerated() {
      let number = options.list["nodeid"].flatMap { CInteger.unsigned($0) } ?? UInt64(index)
      // Machines since 5.1 accept only backends.
      let backend = "node\(number)-memory"
      if options.list["mem"] != nil {
        let memory = MemoryBackend(id: backend, storage: .ram, size: nodes[number])
        arguments += ["-object", BackendOption(memory).words]
      }
      let properties = options.list.options.map { $0.key == "mem" ? ("memdev", backend) : ($0.key, $0.value) }
      nodeArguments += ["-numa", text(properties)]
    }
    arguments += nodeArguments
    for device in prediction.devices { arguments += ["-device", device.option.words] }
    return arguments
  }
}

extension BackendOption {
  /// The value of `-object`. Properties with QEMU's default value are left out, so that releases without the property
  /// accept it.
  package var words: String {
    var path: String?
    if case .file(let name) = backend.storage { path = name }
    return text([
      ("qom-type", typeName), ("id", backend.id), ("mem-path", path), ("size", backend.size.map { String($0) }),
      ("share", backend.isShared.word), ("readonly", backend.isReadOnly ? "on" : nil),
      ("align", backend.alignment.map { String($0) }), ("pmem", backend.isPersistentMemory ? "on" : nil),
      ("prealloc", backend.isPreallocated ? "on" : nil), ("discard-data", backend.discardsData ? "on" : nil),
      ("merge", backend.mayBeMerged ? nil : "off"), ("dump", backend.isDumped ? nil : "off"),
      ("reserve", backend.reservesSwap ? nil : "off"),
    ])
  }
}

extension MemoryDevice {
  /// The value of `-device`.
  fileprivate var words: String {
    text([
      ("driver", kind.rawValue), ("id", id), ("memdev", backend), ("label-size", labelSize.map { String($0) }),
      ("unarmed", isUnarmed ? "on" : nil), ("uuid", uuid), ("node", node == 0 ? nil : String(node)),
      ("slot", slot == -1 ? nil : String(slot)), ("addr", address == 0 ? nil : address.hex),
    ])
  }
}

extension CharacterDevice {
  fileprivate var text: String {
    switch self {
    case .standardStreams: "stdio"
    case .standardStreamsWithMonitor: "mon:stdio"
    case .null: "null"
    case .none: "none"
    case .file(let path): "file:" + path.commasDoubled
    case .socket(let path, let isServer, let waits):
      "unix:\(path.commasDoubled)" + (isServer ? ",server=on,wait=\(waits.word)" : "")
    case .other(let text): text
    }
  }
}

/// Returns the text of those properties that have a value.
private func text(_ properties: [(key: String, value: String?)]) -> String {
  properties.compactMap { property in property.value.map { "\(property.key)=\($0.commasDoubled)" } }
    .joined(separator: ",")
}

extension String {
  fileprivate var commasDoubled: String {
    let comma = UInt8(ascii: ",")
    return String(decoding: utf8.flatMap { $0 == comma ? [$0, $0] : [$0] }, as: UTF8.self)
  }
}

extension Bool {
  fileprivate var word: String { self ? "on" : "off" }
}
