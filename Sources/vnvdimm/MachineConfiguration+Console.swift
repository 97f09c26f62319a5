import Basics
import CommandSupport
import QEMU
import SystemPackage

extension MachineConfiguration {
  /// The device at the serial port: by default the terminal, with a monitor at Ctrl-A C, unless a separate monitor uses
  /// it.
  var consoleDevice: CharacterDevice {
    if let device = serial.first { return device }
    if hasNoDefaults { return .none }
    return monitorsUseStandardStreams ? .null : .standardStreamsWithMonitor
  }

  /// Whether the output of the console and its monitor goes to standard error: standard output belongs to the script,
  /// unless an option puts the console there.
  var hasConsoleOnStandardError: Bool {
    script != nil && serial.isEmpty && consoleDevice == .standardStreamsWithMonitor
  }

  /// The output of a console at standard streams.
  var consoleOutput: FileDescriptor { hasConsoleOnStandardError ? .standardError : .standardOutput }

  /// Whether standard input and output belong to a monitor alone.
  var monitorsUseStandardStreams: Bool { [monitor, qmp].contains { $0?.usesStandardStreams == true } }

  /// Throws if standard input and output would serve more than one device.
  func checkStandardStreams() throws {
    let users = [("-serial", consoleDevice), ("-monitor", monitor), ("-qmp", qmp)]
      .filter { $0.1?.usesStandardStreams == true }
    guard users.count > 1, let last = users.last else { return }
    throw CommandFailure(
      .usage, last.0, "cannot use stdio by multiple character devices",
      hint: .options("\(last.0) unix:\(last.0.dropFirst()),server,nowait"))
  }
}

extension CharacterDevice {
  fileprivate var usesStandardStreams: Bool { self == .standardStreams || self == .standardStreamsWithMonitor }
}
