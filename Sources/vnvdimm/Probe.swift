import Basics
import CommandSupport
import Glibc
import PersistentMemory
import QEMU
import Storage
import SystemPackage
import VirtualMachine

/// `vnvdimm emulate --probe`: prints what a guest sees of its NVDIMMs, by booting a small guest.
///
/// The backends are mapped privately, so that the guest's writes are lost with it. The guest runs in a separate
/// emulate, on any engine, with its console in an in-memory file.
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

  /// Makes the mapping of a file backend private.
  private func makePrivate(_ object: inout QEMUCommand.Object) throws {
    guard case .file(let path)? = object.backend?.backend.storage else { return }
    guard try Backend(path: FilePath(path)).kind != .daxDevice else {
      throw CommandFailure(
        .unsupported, path, "a DAX device has no private mapping, and a guest that looks may write",
        hint: .command("vnvdimm-check", "--guest-view", path: path))
    }
    object.backend?.backend.isShared = false
  }

  /// Boots the guest, prints what it saw and exits with its status.
  func run() throws -> Never {
    let assembly: MachineAssembly
    do { assembly = try MachineAssembly(configuration) } catch { throw error.commandFailure }
    let obstacles = Emulate.obstacles(to: assembly).filter { $0.finding.severity == .error }
    // The guest's devices must be unambiguous; apart from that, a guest that only reads may use any backend.
    if let (path, finding) = obstacles.first(where: { $0.finding.rule == BackendRule.labelAreaAmbiguous }) {
      throw Emulate.refusal(of: path, finding)
    }
    let console = try MemoryFile().kept()
    let script = try MemoryFile(holding: [[UInt8](Self.script.utf8)]).kept()
    let answer = try MemoryFile().kept()
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
      let said = String(decoding: try console.contents, as: UTF8.self)
      if !said.isEmpty { StandardStream.diagnose(said) }
      exit(ending.status)
    }
    let view = String(decoding: try answer.contents, as: UTF8.self)
    // A guest without NVDIMMs prints nothing.
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

extension MemoryFile {
  /// The contents, up to the largest size that a guest of ours would write.
  fileprivate var contents: [UInt8] { get throws(Errno) { try descriptor.bytes(at: 0, count: 16 << 20) } }
}
