import Basics
import CommandSupport
import Glibc
import QEMU
import Storage
import SystemPackage
import VirtualMachine

/// Runs a machine on QEMU, with the same options, and with the guest that emulate chooses if they name none.
struct QEMUEngine {
  private let assembly: MachineAssembly

  static let program = "qemu-system-x86_64"
  /// The Debian package that provides QEMU.
  static let package = "qemu-system-x86"
  static let hint = Hint.command("apt-get", "install", package)

  init(_ assembly: MachineAssembly) { self.assembly = assembly }

  /// Becomes QEMU, or runs it if a script's status is needed; throws if that fails.
  func run() throws {
    var configuration = assembly.configuration
    if let (device, fact) = assembly.optionsUnservedByQEMU.first {
      throw CommandFailure(.unsupported, device, fact)
    }
    guard configuration.traceTopics.isEmpty, !configuration.printsCounters else {
      throw CommandFailure(.unsupported, "-d and --stats", "QEMU has no such trace", hint: .otherEngine("kvm"))
    }
    guard !configuration.losesUnflushed else {
      throw CommandFailure(
        .unsupported, "--power-cut", "QEMU's backends keep all that the guest writes", hint: .otherEngine("kvm"))
    }
    let choice = try GuestChoice(configuration)
    configuration.kernel = choice.kernel.string
    configuration.kernelCommandLine = choice.commandLine
    let archives: [[UInt8]]
    do { archives = try choice.archives() } catch { throw error.commandFailure }
    do {
      try LinuxProgram.checkUnpacking(
        kernel: choice.kernel, ramdisk: configuration.initialRAMDisk.map { FilePath($0) }, archives: archives,
        ram: assembly.startup.ram, commandLine: choice.commandLine)
    } catch { throw error.commandFailure }
    let requested = try RequestedFiles(assembly)
    if !archives.isEmpty { configuration.initialRAMDisk = try MemoryFile(holding: archives).kept().path }
    if configuration.serial.isEmpty, !configuration.hasNoDefaults {
      // The guest has the port that it expects; a monitor that was requested has its streams.
      configuration.serial = [configuration.monitorsUseStandardStreams ? .null : .standardStreamsWithMonitor]
    }
    // Only what the options name: firmware that finds `-nographic` or a network card writes to the console.
    configuration.usesTerminal = false
    configuration.hasNoDefaults = true
    configuration.settleAccelerators()
    guard let path = Self.path else {
      throw CommandFailure(.incomplete, Self.program, "not found on PATH", hint: Self.hint)
    }
    if configuration.script != nil { try runScript(path, configuration, requested) }
    let arguments = try arguments(configuration)
    guard configuration.timeout == nil else {
      let (ending, isLate) = try end(of: path, arguments, output: .standardOutput)
      if isLate { configuration.leaveAfterTimeout() }
      exit(ending.status)
    }
    let error = ProcessImage.replace(with: path, arguments)
    throw CommandFailure(.incomplete, path.string, "\(error)")
  }

  /// Returns QEMU's command line, with the words of `--qemu-opts` at the end.
  private func arguments(_ configuration: MachineConfiguration) throws -> [String] {
    let words = try configuration.engineOptions.flatMap { text in
      guard let words = ShellWords.split(text) else {
        throw CommandFailure(.usage, "--qemu-opts \(text)", "a quotation is not closed")
      }
      return words
    }
    let arguments = [Self.program] + configuration.qemuArguments(assembly.startup) + words
    DebugLog.note(arguments.joined(separator: " "))
    return arguments
  }

  /// Runs QEMU to its end and passes on the output of its guest's script.
  private func runScript(
    _ path: FilePath, _ configuration: MachineConfiguration, _ requested: RequestedFiles
  ) throws -> Never {
    let script = ScriptPorts(files: requested.descriptors)
    let pipes = try ScriptPipes(script)
    var configuration = configuration
    let console = assembly.configuration.consoleOutput
    configuration.serial = [configuration.serial.first ?? .none] + pipes.paths.map { .file(path: $0) }
    configuration.exitsOnReboot = true
    let arguments = try arguments(configuration)
    let (ending, isLate) = try end(of: path, arguments, output: console) { script.output.outputFailure != nil }
    // A reader that does not accept the script's output must not prevent this process from ending.
    if isLate { configuration.leaveAfterTimeout() }
    // QEMU exits with status 0 if it is asked to end.
    if let signal = ending.signal { HostSignals.die(by: signal) }
    pipes.finish()
    if let error = script.output.outputFailure {
      throw CommandFailure(.incomplete, script.output.outputName, "\(error)")
    }
    guard ending.status == 0 else { exit(ending.status) }
    guard let answer = script.report.status else {
      throw CommandFailure(.incomplete, "guest", "ended before its script did")
    }
    let isComplete = requested.areComplete(script.report)
    exit(answer == 0 && !isComplete ? ExitStatus.incomplete.rawValue : Int32(answer))
  }

  /// Runs QEMU to its end. If its time is over or `isLost` is true, it gets SIGTERM, and a second later SIGKILL.
  private func end(
    of path: FilePath, _ arguments: [String], output: FileDescriptor, isLost: @escaping () -> Bool = { false }
  ) throws -> (ChildProgram.Ending, isLate: Bool) {
    let deadline = assembly.configuration.timeout.map { ContinuousClock.now + .seconds($0) }
    var (isLate, wishes) = (false, 0)
    do {
      let ending = try ChildProgram.run(path, arguments, output: output, every: 100) {
        isLate = isLate || deadline.map { ContinuousClock.now >= $0 } ?? false
        guard isLate || isLost() else { return nil }
        wishes += 1
        return wishes == 1 ? SIGTERM : wishes > 10 ? SIGKILL : nil
      }
      return (ending, isLate)
    } catch { throw CommandFailure(.incomplete, path.string, "\(error)") }
  }

  /// The path of QEMU on PATH.
  static var path: FilePath? { HostProgram(named: program)?.path }
}

extension MachineConfiguration {
  /// Chooses software emulation if no accelerator is named, or if KVM is named but was found unusable.
  fileprivate mutating func settleAccelerators() {
    if engine == .auto, accelerators.contains("kvm") {
      accelerators = []
      if let model = command.processorModel, model == "host" || model.hasPrefix("host,") {
        command.processorModel = "max" + model.dropFirst("host".count)
      }
    }
    if accelerators.isEmpty { accelerators = ["tcg"] }
  }
}
