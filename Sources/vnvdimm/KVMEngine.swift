import Basics
import CLinux
import CommandSupport
import Glibc
import QEMU
import Storage
import SystemPackage
import VirtualMachine

/// Runs a machine on the VMM of this suite.
struct KVMEngine {
  private let assembly: MachineAssembly

  init(_ assembly: MachineAssembly) { self.assembly = assembly }

  private var configuration: MachineConfiguration { assembly.configuration }

  /// Runs the machine to its end and exits with its status; throws if it cannot be run.
  func run(on system: consuming KVMSystem) throws -> Never {
    if let option = assembly.optionsUnservedByKVM.first {
      throw CommandFailure(.unsupported, option, "not supported by this engine yet", hint: .otherEngine("qemu"))
    }
    let monitors = try MachineMonitors(assembly)
    let console = try console(monitors.needsInput)
    let program = try program(on: system)
    let requested = try RequestedFiles(assembly)
    // Before anything is created, and while a signal still ends the process.
    monitors.waitForClients()
    let newBackends = NewBackends()
    let notices = try notices()
    let hardware: GuestHardware
    do { hardware = try assembly.makeHardware(newBackends) } catch { throw error.commandFailure }
    if configuration.printsCounters || !configuration.traceTopics.isEmpty {
      // A terminal in raw mode needs a carriage return and a newline.
      hardware.observer.watch(configuration.traceTopics) { notices.add("\($0)\r") }
    }
    let script = configuration.script.map { _ in ScriptPorts(files: requested.descriptors) }
    let result: Result<Emulation.Outcome, Machine.Failure>
    do throws(Machine.Failure) {
      // A script is run once; its unfinished work is lost if the guest resets itself.
      let emulation = try Emulation(
        hardware, system: system, console: console, restarts: !configuration.exitsOnReboot && script == nil,
        script: script, timeout: configuration.timeout.map { .seconds($0) }, monitors: monitors.emulation
      ) { notices.add("\r\(Emulate.programName): \($0)\r") }
      if configuration.hasSandbox { Sandbox(assembly, hasMonitors: monitors.areThere).enter() }
      result = .success(
        try emulation.run(program) {
          newBackends.keep()
          clinux_release_startup_memory()
        })
    } catch { result = .failure(error) }
    // Regardless of how it ended, an earlier life of the guest may have written.
    let isCut = configuration.losesUnflushed && (try? result.get())?.isOrderly != true
    if isCut { tellLosses(hardware.dimms, notices) }
    let isDurable = isCut || makeDurable(hardware.dimms, notices)
    if configuration.printsCounters {
      for line in hardware.observer.counters.lines { notices.add("stats: \(line)") }
    }
    if case .success(.signal(let signal)) = result { notices.add("\(Emulate.programName): ended by signal \(signal)") }
    // A reader that does not accept the messages must not prevent this process from ending.
    if !notices.finish() { HostSignals.release() }
    switch result {
    case .success(let outcome): try leave(outcome, script?.report, requested, console, isDurable)
    case .failure(let failure): throw failure.commandFailure
    }
  }

  /// What the guest boots. A kernel that is not told that a hypervisor runs it cannot ask that for the frequency of its
  /// clock, and finds no timer to measure it by. Source: Linux Documentation/admin-guide/kernel-parameters.txt,
  /// `tsc_early_khz=` (since 5.8).
  private func program(on system: borrowing KVMSystem) throws -> LinuxProgram {
    var choice = try GuestChoice(configuration)
    if assembly.processorModel?.showsHypervisor == false {
      do { choice.commandLine = "tsc_early_khz=\(try system.clockFrequency()) " + choice.commandLine } catch {
        throw Machine.Failure.kvm(error).commandFailure
      }
    }
    return choice.program
  }

  /// What is told while the machine runs, on its way to standard error.
  private func notices() throws -> NoticeQueue {
    do {
      return try NoticeQueue(loss: { "\r\(Emulate.programName): \($0) lines could not be printed here, and are lost\r" }
      ) {
        StandardStream.diagnose($0)
      }
    } catch { throw Machine.Failure.host(error).commandFailure }
  }

  /// Reports the losses of each NVDIMM from the power cut.
  private func tellLosses(_ dimms: [DIMM], _ notices: NoticeQueue) {
    for dimm in dimms {
      guard let path = dimm.file?.backend.path else { continue }
      let lost = ByteCount(UInt64(dimm.unflushedSize)).precise
      notices.add(
        "\(Emulate.programName): \(path): power cut: \(lost) in pages that the guest had not flushed are lost")
    }
  }

  /// Writes the guest's data to the host's disk; reports each NVDIMM for which that fails, and returns whether none
  /// did.
  private func makeDurable(_ dimms: [DIMM], _ notices: NoticeQueue) -> Bool {
    var isDurable = true
    for dimm in dimms {
      do {
        try dimm.synchronise()
        try dimm.shutDown()
      } catch {
        isDurable = false
        let name = dimm.file?.backend.path.string ?? "NVDIMM in slot \(dimm.slot)"
        notices.add("\(Emulate.programName): \(name): not all of it is durable: \(error)")
      }
    }
    return isDurable
  }

  /// Exits with the status that tells the caller how the machine ended.
  private func leave(
    _ outcome: Emulation.Outcome, _ report: ScriptReport?, _ requested: RequestedFiles, _ console: HostConsole,
    _ isDurable: Bool
  ) throws -> Never {
    switch outcome {
    case .signal(let signal):
      HostSignals.die(by: signal)
      exit(128 + signal)
    case .output(let name, let error): throw CommandFailure(.incomplete, name, "\(error)")
    case .timeout: configuration.leaveAfterTimeout()
    case .guest(.crashed(let crash)): throw CommandFailure(.incomplete, "guest", "\(crash)")
    // It was reported when it happened.
    case .guest(.backendFailed): exit(ExitStatus.incomplete.rawValue)
    case .guest(.panicked): throw CommandFailure(.incomplete, "guest", "kernel panic")
    case .guest(.stopped): throw CommandFailure(.incomplete, "guest", "stopped by its host")
    case .guest(.poweredOff), .guest(.reset), .quit:
      // A guest may end before the loss of its last output is noticed.
      if let error = console.outputFailure { throw CommandFailure(.incomplete, console.outputName, "\(error)") }
      guard isDurable else { exit(ExitStatus.incomplete.rawValue) }
      guard let report else { exit(ExitStatus.done.rawValue) }
      guard let answer = report.status else {
        throw CommandFailure(.incomplete, "guest", "ended before its script did")
      }
      let isComplete = requested.areComplete(report)
      exit(answer == 0 && !isComplete ? ExitStatus.incomplete.rawValue : Int32(answer))
    }
  }

  /// Returns COM1's end on the host. The keys after Ctrl-A are QEMU's if serial port and monitor share the terminal.
  ///
  /// If `givesInput`, standard input is read for a monitor alone, even if the port is elsewhere.
  private func console(_ givesInput: Bool) throws -> HostConsole {
    let input: FileDescriptor? = givesInput ? .standardInput : nil
    switch configuration.consoleDevice {
    case .standardStreams: return HostConsole(input: .standardInput, output: .standardOutput, hasEscape: false)
    case .standardStreamsWithMonitor:
      return HostConsole(
        input: .standardInput, output: configuration.consoleOutput, hasEscape: true,
        mayBeLost: configuration.hasConsoleOnStandardError)
    case .null, .none: return HostConsole(input: input, output: nil, hasEscape: false)
    case .file(let path):
      do throws(BackendError) {
        return HostConsole(
          input: input, output: try ConsoleFile.open(FilePath(path)), outputName: path, hasEscape: false)
      } catch {
        guard case .exists = error.reason else { throw error }
        throw CommandFailure(
          .damaged, path, "the file exists, and is not a console log of this program",
          hint: .command("ls", "-l", path: path))
      }
    case .socket, .other:
      throw CommandFailure(
        .unsupported, "-serial", "not supported by this engine (expected stdio, mon:stdio, file:PATH, null or none)",
        hint: .otherEngine("qemu"))
    }
  }
}

extension Emulation.Outcome {
  /// Whether the guest has ended by itself, after it has written everything that it wanted to keep.
  fileprivate var isOrderly: Bool { self == .guest(.poweredOff) || self == .guest(.reset) }
}
