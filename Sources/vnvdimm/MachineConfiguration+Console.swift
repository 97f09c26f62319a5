import Basics
import CommandSupport
import QEMU
import SystemPackage

extension MachineConfiguration {
  /// What the serial port is at: without an option the terminal, with a monitor behind Ctrl-A C, unless a monitor of
  /// its own has it.
  var consoleDevice: CharacterDevice {
    if let device = serial.first { return device }
    if hasNoDefaults { return .none }
    return monitorsUseStandardStreams ? .null : .standardStreamsWithMonitor
  }

  /// Whether what the console and its monitor say goes to standard error: standard output is the script's, unless an
  /// option puts the console there.
  var hasConsoleOnStandardError: Bool {
    script != nil && serial.isEmpty && consoleDevice == .standardStreamsWithMonitor
  }

  /// Where the console is at standard streams, its output.
  var consoleOutput: FileDescriptor { hasConsoleOnStandardError ? .standardError : .standardOutput }

  /// Whether standard input and output are those of a monitor alone.
  var monitorsUseStandardStreams: Bool { [monitor, qmp].contains { $0?.usesStandardStreams == true } }

  /// Standard input and output serve one device.
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
