import Basics

extension MachineConfiguration {
  /// Reads `arguments`, without the name of the program. Throws if an argument is not one of our options.
  package init(arguments: [String]) throws(QEMUStop) {
    isProbe = arguments.contains("--\(CommandLineOption.probe.rawValue)")
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if isProbe, !argument.hasPrefix("-") {
        try read(.nvdimm, argument, as: [CommandLineOption.nvdimm.spelling, argument])
        continue
      }
      // `--engine=kvm`, the form in which the other programs of the suite take their options.
      let parts = argument.hasPrefix("--") ? argument.split(separator: "=", maxSplits: 1).map(String.init) : [argument]
      guard let option = CommandLineOption(parts[0]) else {
        throw .complaint(
          argument.hasPrefix("-") ? .invalidOption : .strict(.unexpectedArgument(argument)), at: .arguments([argument]))
      }
      guard option.takesValue else {
        try read(option, "", as: [argument])
        continue
      }
      guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
        throw .complaint(.requiresArgument, at: .arguments([argument]))
      }
      try read(option, value, as: [parts[0], value])
    }
  }

  /// One day, in seconds.
  private static let longestTimeout = 86400

  /// Returns the option that was probably meant by `argument`.
  package static func option(nearestTo argument: String) -> String? {
    CommandLineOption.allCases.map(\.spelling).nearest(to: argument)
  }

  /// Applies `option` with its value; `arguments` is its text on the command line.
  private mutating func read(_ option: CommandLineOption, _ value: String, as arguments: [String]) throws(QEMUStop) {
    let location = QEMULocation.arguments(arguments)
    switch option {
    case .machine, .memory, .processors, .numa, .object, .device, .nvdimm, .processorModel, .accelerator, .enableKVM:
      // None of these reads a file.
      try command.read(.init(name: option.rawValue, value: value, location: location)) { _ in
        .failure(ConfigurationFileError(reason: ""))
      }
    default: try location.blamed { () throws(QEMUComplaint) in try read(option, value) }
    }
  }

  private mutating func read(_ option: CommandLineOption, _ value: String) throws(QEMUComplaint) {
    switch option {
    case .machine, .memory, .processors, .numa, .object, .device, .nvdimm, .processorModel, .accelerator, .enableKVM:
      break
    case .kernel: kernel = value
    case .initialRAMDisk: initialRAMDisk = value
    case .append: kernelCommandLine = value
    case .name: name = value
    case .serial: serial.append(try CharacterDevice(value))
    case .monitor: monitor = try CharacterDevice(value)
    case .qmp: qmp = try CharacterDevice(value)
    case .nographic: usesTerminal = true
    case .nodefaults: hasNoDefaults = true
    case .startPaused: startsPaused = true
    case .noReboot: exitsOnReboot = true
    // The only kind of display and of network that exists.
    case .display, .vga, .network:
      guard value == "none" else { throw .strict(.notOneOf(parameter: "type", value: value, expected: ["none"])) }
    case .dumpACPI: tableDumpFolder = value
    case .script: script = value
    case .addition: additions.append(value)
    case .request: requests.append(value)
    case .engineOptions: engineOptions.append(value)
    case .timeout:
      guard let seconds = Int(value), (1...Self.longestTimeout).contains(seconds) else {
        throw .strict(.notOneOf(parameter: "--timeout", value: value, expected: ["1...\(Self.longestTimeout) seconds"]))
      }
      timeout = seconds
    case .probe: isProbe = true
    case .powerCut: losesUnflushed = true
    case .noSandbox: hasSandbox = false
    case .allowedPath: allowedPaths.append(value)
    case .allowedRule: allowedWords.append(value)
    case .trace: traceTopics.formUnion(try TraceTopic.all(in: value))
    case .counters: printsCounters = true
    case .engine:
      guard let choice = Engine(rawValue: value) else {
        throw .strict(.notOneOf(parameter: "engine", value: value, expected: Engine.allCases.map(\.rawValue)))
      }
      engine = choice
    }
  }
}
