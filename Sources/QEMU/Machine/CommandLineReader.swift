import Basics

/// Builds a machine from arguments, one after the other.
struct CommandLineReader {
  private(set) var configuration = MachineConfiguration()
  private let unknown: UnknownOptions
  /// The arguments that made the devices, for messages about them once everything is read.
  private var deviceArguments: [String] = []
  private var memoryArgument = "-m"
  private var numaArgument = "-numa"
  private var areSlotsGiven = false

  init(unknown: UnknownOptions) { self.unknown = unknown }

  mutating func read(_ arguments: [String]) throws(ConfigurationError) {
    var rest = arguments[...]
    let isProbe = unknown == .refused && arguments.contains("--\(CommandLineOption.probe.rawValue)")
    while let argument = rest.popFirst() {
      // `--engine=kvm`, as the other programs of the suite take their options.
      let parts = argument.hasPrefix("--") ? argument.split(separator: "=", maxSplits: 1).map(String.init) : [argument]
      if isProbe, !argument.hasPrefix("-") {
        try apply(.nvdimm, as: CommandLineOption.nvdimm.spelling, argument)
        continue
      }
      guard let option = CommandLineOption(parts[0]) else {
        try passOver(argument, &rest)
        continue
      }
      guard option.takesValue else {
        apply(option)
        continue
      }
      guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
        throw ConfigurationError(argument, .missingArgument)
      }
      try apply(option, as: parts[0], value)
    }
    try configuration.memory.check(memoryArgument, areSlotsGiven: areSlotsGiven)
    if unknown == .refused { try configuration.checkNodes(numaArgument) }
    try checkReferences()
  }

  /// Leaves out an argument that names no option of ours. The next one counts as its value unless it begins
  /// with a dash: which of QEMU's other options take a value is not known here.
  private func passOver(_ argument: String, _ rest: inout ArraySlice<String>) throws(ConfigurationError) {
    guard unknown == .refused else {
      if argument.hasPrefix("-"), let next = rest.first, !next.hasPrefix("-") { rest.removeFirst() }
      return
    }
    guard argument.hasPrefix("-") else { throw ConfigurationError(argument, .unexpectedArgument) }
    let nearest = CommandLineOption.allCases.map(\.spelling).nearest(to: argument)
    throw ConfigurationError(argument, .unknownOption(nearest: nearest))
  }

  private mutating func apply(_ flag: CommandLineOption) {
    switch flag {
    case .enableKVM: configuration.accelerators.append("kvm")
    case .nographic: configuration.usesTerminal = true
    case .nodefaults: configuration.hasNoDefaults = true
    case .startPaused: configuration.startsPaused = true
    case .noReboot: configuration.exitsOnReboot = true
    case .counters: configuration.printsCounters = true
    case .probe: configuration.isProbe = true
    case .noSandbox: configuration.hasSandbox = false
    default: break
    }
  }

  private mutating func apply(
    _ option: CommandLineOption, as argument: String, _ value: String
  ) throws(ConfigurationError) {
    switch option {
    case .kernel: configuration.kernel = value
    case .initialRAMDisk: configuration.initialRAMDisk = value
    case .append: configuration.kernelCommandLine = value
    case .processorModel: configuration.processorModel = value
    case .name: configuration.name = value
    case .dumpACPI: configuration.tableDumpFolder = value
    case .script: configuration.script = value
    case .trace: configuration.traceTopics.formUnion(try TraceTopic.all(in: value, argument))
    case .allowedPath: configuration.allowedPaths.append(value)
    default: try apply(option, as: argument, properties: value)
    }
  }

  private mutating func apply(
    _ option: CommandLineOption, as argument: String, properties value: String
  ) throws(ConfigurationError) {
    var reader = try PropertyReader(argument, value, impliedKey: option.impliedKey)
    switch option {
    case .machine: try configuration.readMachine(&reader, unknown)
    case .memory:
      memoryArgument = reader.argument
      areSlotsGiven = areSlotsGiven || reader.has("slots")
      try configuration.memory.merge(&reader)
    case .processors: try configuration.readProcessors(&reader)
    case .numa: guard try addNode(&reader) else { return }
    case .accelerator:
      configuration.addAccelerators(try reader.required("accel"))
      return
    case .object: guard try addBackend(&reader) else { return }
    case .device: guard try addDevice(&reader) else { return }
    case .nvdimm: try addShortForm(&reader)
    case .serial: configuration.serial.append(try CharacterDevice(&reader))
    case .monitor: configuration.monitor = try CharacterDevice(&reader)
    case .qmp: configuration.qmp = try CharacterDevice(&reader)
    case .engine: configuration.engine = try reader.choice("engine", of: Engine.self) ?? .auto
    case .display, .vga, .network:
      guard unknown == .refused else { return }
      _ = try reader.choice("type", of: Absent.self)
    default: return
    }
    try reader.finish(unknown)
  }

  /// The only kind of display and of network that the emulator has.
  private enum Absent: String, CaseIterable {
    case none
  }

  /// False where it says something else of the nodes, which is passed over.
  private mutating func addNode(_ reader: inout PropertyReader) throws(ConfigurationError) -> Bool {
    let type = try reader.required("type")
    guard type == "node" else {
      try refuse(type, of: "type", supported: ["node"], reader)
      return false
    }
    configuration.nodes.append(try NUMANode(&reader, next: UInt32(configuration.nodes.count)))
    numaArgument = reader.argument
    return true
  }

  /// False where it is an object of another kind, which is passed over.
  private mutating func addBackend(_ reader: inout PropertyReader) throws(ConfigurationError) -> Bool {
    let type = try reader.required("qom-type")
    guard let backend = try MemoryBackend(type: type, &reader) else {
      try refuse(type, of: "qom-type", supported: ["memory-backend-file", "memory-backend-ram"], reader)
      return false
    }
    try add(backend, reader)
    return true
  }

  /// False where it is a device of another kind, which is passed over.
  private mutating func addDevice(_ reader: inout PropertyReader) throws(ConfigurationError) -> Bool {
    let driver = try reader.required("driver")
    guard driver == "nvdimm" else {
      try refuse(driver, of: "driver", supported: ["nvdimm"], reader)
      return false
    }
    try add(NVDIMMDevice(&reader), reader)
    return true
  }

  private func refuse(
    _ value: String, of parameter: String, supported: [String], _ reader: PropertyReader
  ) throws(ConfigurationError) {
    guard unknown == .refused else { return }
    throw reader.failure(.unsupportedValue(parameter: parameter, value: value, supported: supported))
  }

  /// Reads `--nvdimm PATH[,…]`: one shared file of whatever size it has, with its device.
  private mutating func addShortForm(_ reader: inout PropertyReader) throws(ConfigurationError) {
    let path = try reader.required("path")
    let id = try reader.identifier("id") ?? "nvdimm\(configuration.devices.count + 1)"
    var backend = MemoryBackend(id: "\(id)-backend", storage: .file(path: path), size: try reader.size("size"))
    if backend.size == 0 { throw reader.failure(.emptyBackend(type: backend.typeName)) }
    backend.isShared = try reader.flag("share") ?? true
    backend.isReadOnly = try reader.flag("readonly") ?? false
    backend.alignment = try reader.size("align").flatMap { $0 == 0 ? nil : $0 }
    var device = NVDIMMDevice(id: id, memoryDevice: backend.id)
    try device.readLabelsAndPlace(&reader)
    // A guest that cannot write is told so.
    device.isUnarmed = device.isUnarmed || backend.isReadOnly
    try add(backend, reader)
    try add(device, reader)
    configuration.hasNVDIMM = true
    configuration.makesRoom = true
  }

  private mutating func add(_ backend: MemoryBackend, _ reader: PropertyReader) throws(ConfigurationError) {
    guard !configuration.backends.contains(where: { $0.id == backend.id }) else {
      throw reader.failure(.duplicateObject(backend.id))
    }
    configuration.backends.append(backend)
  }

  private mutating func add(_ device: NVDIMMDevice, _ reader: PropertyReader) throws(ConfigurationError) {
    if let id = device.id, configuration.devices.contains(where: { $0.id == id }) {
      throw reader.failure(.duplicateDevice(id))
    }
    configuration.devices.append(device)
    deviceArguments.append(reader.argument)
  }

  /// Every device has a backend of its own, which may stand after it on the command line.
  private func checkReferences() throws(ConfigurationError) {
    // A backend that is RAM is no NVDIMM's.
    var busy = Set(configuration.nodes.compactMap(\.backend))
    for (device, argument) in zip(configuration.devices, deviceArguments) {
      let id = device.memoryDevice
      guard configuration.backend(of: device) != nil else {
        throw ConfigurationError(argument, .unknownMemoryDevice(id))
      }
      guard busy.insert(id).inserted else { throw ConfigurationError(argument, .busyMemoryDevice(id)) }
    }
  }
}
