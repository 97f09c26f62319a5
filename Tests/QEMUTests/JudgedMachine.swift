import QEMU

/// A machine in the dialect of emulate, judged on a host where only files with a given size exist.
struct JudgedMachine {
  let configuration: MachineConfiguration
  let startup: MachineStartup

  init(_ arguments: [String], files: [String: QEMUCommand.BackendFacts] = [:]) throws {
    var configuration = try MachineConfiguration(arguments: arguments)
    try configuration.settle { path, _, _ in files[path] }
    var startup = MachineStartup(configuration.command, SizingRules(.newest)) { path in
      let state = files[path].map { BackendState.file(size: $0.size) } ?? .missing
      return HostPath(forWriting: state, forReading: state, identity: path)
    }
    startup.run()
    if let stop = startup.prediction.stop { throw stop }
    self.configuration = configuration
    self.startup = startup
  }

  init(_ options: String) throws { try self.init(options.split(separator: " ").map(String.init)) }

  var devices: [MachinePrediction.Device] { startup.prediction.devices }

  /// The backends that the options describe.
  var backends: [MemoryBackend] { configuration.command.objects.compactMap { $0.backend?.backend } }

  var qemuArguments: [String] { configuration.qemuArguments(startup) }
}

extension QEMUStop {
  /// The message as printed: the place and the fault.
  var message: String? {
    guard case .complaint(let complaint, let location) = self else { return nil }
    return location.prefix + complaint.description
  }
}
