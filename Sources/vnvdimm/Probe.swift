import Basics
import CommandSupport
import Glibc
import PersistentMemory
import QEMU
import Storage
import SystemPackage
import VirtualMachine

/// `vnvdimm emulate --probe`: what a guest sees of its NVDIMMs, from a small guest that is booted to look.
///
/// Its backends are mapped privately: what the guest writes is gone with it. The guest runs in an emulate of its own,
/// on whichever engine, with its console in a file in memory.
struct Probe {
  private var configuration: MachineConfiguration

  private static let script = "ndctl list -DRNvi"

  init(_ configuration: MachineConfiguration) throws {
    guard !configuration.command.devices.isEmpty else {
      throw CommandFailure(
        .usage, "--probe", "there is no NVDIMM to look at", hint: .command("vnvdimm", "emulate", "--help"))
    }
    if configuration.script != nil || configuration.tableDumpFolder != nil {
      throw CommandFailure(
        .usage, "--probe", "cannot be combined with --run or -dump-acpi", hint: .command("vnvdimm", "emulate", "--help")
      )
    }
    self.configuration = configuration
    for index in configuration.command.objects.indices { try makePrivate(&self.configuration.command.objects[index]) }
  }

  /// Makes a backend that is a file a private one.
  private func makePrivate(_ object: inout QEMUCommand.Object) throws {
    guard case .file(let path)? = object.backend?.backend.storage else { return }
    guard try Backend(path: FilePath(path)).kind != .daxDevice else {
      throw CommandFailure(
        .unsupported, path, "a DAX device has no private mapping, and a guest that looks may write",
        hint: .command("vnvdimm-check", "--guest-view", path: path))
    }
    object.backend?.backend.isShared = false
  }

  /// Boots the guest, prints what it saw and leaves with its status.
  func run() throws -> Never {
    let assembly: MachineAssembly
    do { assembly = try MachineAssembly(configuration) } catch { throw error.commandFailure }
    let obstacles = Emulate.obstacles(to: assembly).filter { $0.finding.severity == .error }
    // It must be clear what the guest is to have; beyond that, a guest that only looks may look at anything.
    if let (path, finding) = obstacles.first(where: { $0.finding.rule == BackendRule.labelAreaAmbiguous }) {
      throw Emulate.refusal(of: path, finding)
    }
    let console = try AnonymousFile()
    let script = try AnonymousFile(holding: [[UInt8](Self.script.utf8)])
    let answer = try AnonymousFile()
    var settled = assembly.configuration
    settled.serial = [.file(path: console.path)]
    (settled.monitor, settled.qmp, settled.startsPaused, settled.usesTerminal) = (nil, nil, false, false)
    let arguments =
      ["vnvdimm", "emulate", "--engine", settled.engine.rawValue, "--run", script.path]
      + settled.qemuArguments(assembly.startup) + (settled.hasSandbox ? [] : ["--no-sandbox"])
      + settled.engineOptions.flatMap { ["--qemu-opts", $0] }
      + (settled.timeout.map { ["--timeout", "\($0)"] } ?? [])
      + obstacles.flatMap { ["--allow", $0.finding.rule.id] }
    let ending: ChildProgram.Ending
    do { ending = try ChildProgram.run(HostProgram.own, arguments, output: answer.descriptor) } catch {
      throw CommandFailure(.incomplete, HostProgram.own.string, "\(error)")
    }
    if let signal = ending.signal { HostSignals.die(by: signal) }
    guard ending.status == 0 else {
      let said = String(decoding: try console.contents(), as: UTF8.self)
      if !said.isEmpty { StandardStream.diagnose(said) }
      exit(ending.status)
    }
    let view = String(decoding: try answer.contents(), as: UTF8.self)
    // A guest without NVDIMMs to see says nothing.
    try StandardStream.answer(view.isEmpty ? .object([]) : try Self.parsed(view).inDeviceOrder)
    exit(ExitStatus.done.rawValue)
  }

  private static func parsed(_ view: String) throws -> JSONValue {
    do { return try JSONValue(parsing: view) } catch {
      StandardStream.diagnose(view)
      throw CommandFailure(.incomplete, "guest", "the output of ndctl is not JSON")
    }
  }
}
