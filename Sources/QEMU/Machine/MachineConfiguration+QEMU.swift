import Basics
import FoundationEssentials
import PersistentMemory

extension MachineConfiguration {
  /// The arguments that make QEMU run this machine: what is ours alone left out, the rest in a form that every
  /// release since 2.8 takes. The sizes of all backends must be settled.
  package var qemuArguments: [String] {
    var arguments = ["-machine", machineProperties, "-m", memory.properties, "-smp", String(processors)]
    for accelerator in accelerators { arguments += ["-accel", accelerator] }
    for backend in backends { arguments += ["-object", backend.properties] }
    for node in nodes { arguments += ["-numa", node.properties] }
    for device in devices { arguments += ["-device", device.properties] }
    for (option, value) in [
      ("-cpu", processorModel), ("-name", name), ("-kernel", kernel), ("-initrd", initialRAMDisk),
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

  private var machineProperties: String {
    let type =
      switch machine {
      case .pc: "pc"
      case .q35: "q35"
      case .other(let name): name
      }
    return PropertyList.text([
      ("type", type), ("nvdimm", hasNVDIMM.option), ("nvdimm-persistence", persistence?.rawValue),
    ])
  }
}

extension MemoryConfiguration {
  /// The value of `-m`.
  fileprivate var properties: String {
    PropertyList.text([
      ("size", "\(size)B"), ("slots", maximum.map { _ in String(slots) }), ("maxmem", maximum.map { "\($0)B" }),
    ])
  }
}

extension MemoryBackend {
  /// The value of `-object`. What has QEMU's default is left out, so that releases without the property take it.
  package var properties: String {
    var path: String?
    if case .file(let name) = storage { path = name }
    return PropertyList.text([
      ("qom-type", typeName), ("id", id), ("mem-path", path), ("size", size.map { String($0) }),
      ("share", isShared.option), ("readonly", isReadOnly ? "on" : nil), ("align", alignment.map { String($0) }),
      ("pmem", isPersistentMemory ? "on" : nil), ("prealloc", isPreallocated ? "on" : nil),
      ("discard-data", discardsData ? "on" : nil), ("merge", mayBeMerged ? nil : "off"),
      ("dump", isDumped ? nil : "off"), ("reserve", reservesSwap ? nil : "off"),
    ])
  }
}

extension NVDIMMDevice {
  /// The value of `-device`.
  package var properties: String {
    PropertyList.text([
      ("driver", "nvdimm"), ("id", id), ("memdev", memoryDevice), ("label-size", labelSize.map { String($0) }),
      ("unarmed", isUnarmed ? "on" : nil), ("uuid", uuid?.lowercased), ("node", node == 0 ? nil : String(node)),
      ("slot", slot.map { String($0) }), ("addr", address?.hex),
    ])
  }
}

extension NUMANode {
  /// The value of `-numa`.
  fileprivate var properties: String {
    let ranges = processors.map { ("cpus", Optional("\($0.lowerBound)-\($0.upperBound)")) }
    return PropertyList.text(
      [("type", "node"), ("nodeid", String(id)), ("mem", memory.map { "\($0)B" }), ("memdev", backend)] + ranges)
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
      "unix:\(path.commasDoubled)" + (isServer ? ",server=on,wait=\(waits.option)" : "")
    case .other(let text): text
    }
  }
}

extension PropertyList {
  /// The text of those properties that have a value.
  fileprivate static func text(_ properties: [(key: String, value: String?)]) -> String {
    properties.compactMap { property in property.value.map { "\(property.key)=\($0.commasDoubled)" } }
      .joined(separator: ",")
  }
}

extension String {
  fileprivate var commasDoubled: String {
    let comma = UInt8(ascii: ",")
    return String(decoding: utf8.flatMap { $0 == comma ? [$0, $0] : [$0] }, as: UTF8.self)
  }
}

extension Bool {
  fileprivate var option: String { self ? "on" : "off" }
}
