import Basics
import CommandSupport
import Glibc
import QEMU
import Storage
import SystemPackage
import VirtualMachine

/// Runs a machine on QEMU: the same options, and the guest that emulate chooses where they name none.
struct QEMUEngine {
  private let assembly: MachineAssembly

  static let program = "qemu-system-x86_64"
  /// The Debian package that has it.
  static let package = "qemu-system-x86"
  static let hint = Hint.command("apt-get", "install", package)

  init(_ assembly: MachineAssembly) { self.assembly = assembly }

  /// Becomes QEMU, or runs it where a script's status is to be had; throws where that fails.
  func run() throws {
    var configuration = assembly.configuration
    if let (device, fact) = assembly.optionsUnservedByQEMU.first {
      throw CommandFailure(.unsupported, device, fact)
    }
    guard configuration.traceTopics.isEmpty, !configuration.printsCounters else {
      throw CommandFailure(.unsupported, "-d and --stats", "QEMU has no such trace", hint: .otherEngine("kvm"))
    }
    let choice = try GuestChoice(configuration)
    configuration.kernel = choice.kernel.string
    configuration.kernelCommandLine = choice.commandLine
    let archives: [[UInt8]]
    do { archives = try choice.archives() } catch { throw error.commandFailure }
    if !archives.isEmpty { configuration.initialRAMDisk = try AnonymousFile(holding: archives).path }
    if configuration.serial.isEmpty, !configuration.hasNoDefaults {
      // The guest has the port that it expects, and a monitor that was asked for its streams.
      configuration.serial = [configuration.monitorsUseStandardStreams ? .null : .standardStreamsWithMonitor]
    }
    // Only what the options name: a firmware that finds `-nographic` or a network card writes to the console.
    configuration.usesTerminal = false
    configuration.hasNoDefaults = true
    configuration.settleAccelerators()
    guard let path = Self.path() else {
      throw CommandFailure(.incomplete, Self.program, "not found on PATH", hint: Self.hint)
    }
    let arguments = configuration.qemuArguments(assembly.startup)
    DebugLog.note("\(path) \(arguments.joined(separator: " "))")
    guard assembly.reportsStatus else {
      let error = ProcessImage.replace(with: path, [Self.program] + arguments)
      throw CommandFailure(.incomplete, path.string, "\(error)", hint: Self.hint)
    }
    try runScript(path, &configuration)
  }

  /// The guest's report goes from its second serial port into a file.
  private func runScript(_ path: FilePath, _ configuration: inout MachineConfiguration) throws -> Never {
    let report = try AnonymousFile()
    configuration.serial = [configuration.serial.first ?? .none, .file(path: report.path)]
    configuration.exitsOnReboot = true
    let ending: ProcessImage.Ending
    do { ending = try ProcessImage.run(path, [Self.program] + configuration.qemuArguments(assembly.startup)) } catch {
      throw CommandFailure(.incomplete, path.string, "\(error)", hint: Self.hint)
    }
    // QEMU ends with status 0 where it is asked to end.
    if let signal = ending.signal { HostSignals.die(by: signal) }
    guard ending.status == 0 else { exit(ending.status) }
    let status = StatusReport { StandardStream.diagnose($0) }
    status.receive(try report.contents())
    guard let answer = status.status else {
      throw CommandFailure(.incomplete, "guest", "ended before its script did")
    }
    exit(Int32(answer))
  }

  /// Where QEMU lies on PATH.
  static func path() -> FilePath? {
    // Safe: the text is copied at once.
    let folders = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
    return folders.split(separator: ":").map { FilePath(String($0)).appending(program) }.first { path in
      // Safe: the text lives for the call.
      unsafe path.withPlatformString { unsafe access($0, X_OK) } == 0
    }
  }
}

extension MachineConfiguration {
  /// Software emulation where no accelerator is named, and where KVM is and was found not to serve.
  fileprivate mutating func settleAccelerators() {
    if engine == .auto, accelerators.contains("kvm") {
      accelerators = []
      if command.processorModel == "host" { command.processorModel = "max" }
    }
    if accelerators.isEmpty { accelerators = ["tcg"] }
  }
}
