import CommandSupport
import Glibc
import GuestConfiguration
import KVM
import SystemPackage
import VirtualMachine

/// Runs a machine on the VMM of this suite.
struct KVMEngine {
  private let assembly: MachineAssembly

  init(_ assembly: MachineAssembly) { self.assembly = assembly }

  private var configuration: MachineConfiguration { assembly.configuration }

  /// Runs the machine to its end and leaves with its status; throws where it cannot.
  func run(on system: consuming KVMSystem) throws -> Never {
    try refuseMonitors()
    let console = try console()
    let program = try GuestChoice(configuration).program()
    let newBackends = NewBackends()
    let hardware: GuestHardware
    do { hardware = try assembly.makeHardware(newBackends) } catch { throw error.commandFailure }
    let report = assembly.reportsStatus ? StatusReport() : nil
    // A script is run once; what it was doing when the guest reset itself is lost.
    let restarts = !configuration.exitsOnReboot && report == nil
    let outcome: Emulation.Outcome
    do {
      let emulation = try Emulation(
        hardware, system: system, console: console, restarts: restarts, report: report
      ) { StandardStream.diagnose("\r\(Emulate.programName): \($0)\r") }
      outcome = try emulation.run(program) { newBackends.keep() }
    } catch let failure as Machine.Failure {
      throw failure.commandFailure
    }
    for dimm in hardware.dimms {
      do { try dimm.synchronise() } catch {
        throw CommandFailure(.incomplete, "NVDIMM in slot \(dimm.slot)", "cannot be made durable: \(error)")
      }
    }
    try leave(outcome, report)
  }

  /// Leaves with what the ending means to whoever started the machine.
  private func leave(_ outcome: Emulation.Outcome, _ report: StatusReport?) throws -> Never {
    switch outcome {
    case .quit: exit(ExitStatus.done.rawValue)
    case .signal(let signal):
      StandardStream.diagnose("\(Emulate.programName): ended by signal \(signal)")
      HostSignals.die(by: signal)
      exit(128 + signal)
    case .output(let error): throw CommandFailure(.incomplete, "standard output", "\(error)")
    case .guest(.crashed(let crash)): throw CommandFailure(.incomplete, "guest", "\(crash)")
    case .guest(.panicked): throw CommandFailure(.incomplete, "guest", "kernel panic")
    case .guest(.poweredOff), .guest(.reset), .guest(.stopped):
      guard let report else { exit(ExitStatus.done.rawValue) }
      guard let status = report.status else {
        throw CommandFailure(.incomplete, "guest", "ended before its script did")
      }
      exit(Int32(status))
    }
  }

  /// What this engine does not do yet is refused rather than passed over.
  private func refuseMonitors() throws {
    let monitor: String? =
      switch configuration.monitor {
      case nil, .some(.none), .null?, .standardStreams?, .standardStreamsWithMonitor?: nil
      default: "-monitor"
      }
    let option = configuration.startsPaused ? "-S" : configuration.qmp != nil ? "-qmp" : monitor
    guard let option else { return }
    throw CommandFailure(.unsupported, option, "not supported by this engine yet", hint: "--engine qemu")
  }

  /// COM1's end on the host. The keys behind Ctrl-A are QEMU's where serial port and monitor share the terminal.
  private func console() throws -> HostConsole {
    let device = configuration.serial.first ?? (configuration.hasNoDefaults ? .none : .standardStreamsWithMonitor)
    switch device {
    case .standardStreams: return HostConsole(input: .standardInput, output: .standardOutput, hasEscape: false)
    case .standardStreamsWithMonitor:
      return HostConsole(input: .standardInput, output: .standardOutput, hasEscape: true)
    case .null, .none: return HostConsole(input: nil, output: nil, hasEscape: false)
    case .file(let path):
      do {
        let file = try FileDescriptor.open(
          FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
          permissions: [.ownerReadWrite, .groupRead, .otherRead])
        return HostConsole(input: nil, output: file, hasEscape: false)
      } catch { throw CommandFailure(.incomplete, path, "\(error)") }
    case .socket, .other:
      throw CommandFailure(
        .unsupported, "-serial", "not supported by this engine (expected stdio, mon:stdio, file:PATH, null or none)",
        hint: "--engine qemu")
    }
  }
}
