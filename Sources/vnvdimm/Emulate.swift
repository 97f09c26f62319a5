import ArgumentParser
import CommandSupport
import GuestConfiguration
import KVM
import SystemPackage
import VNVDIMMCore
import VirtualMachine

/// `vnvdimm emulate`: a machine with virtual NVDIMMs, described in QEMU's option syntax.
struct Emulate: Program {
  static let programName = "vnvdimm emulate"

  static let configuration = CommandConfiguration(
    commandName: "emulate", abstract: "Run a virtual machine with virtual NVDIMMs.",
    usage: "vnvdimm emulate [OPTION ...]", discussion: EmulateHelp.text)

  @Argument(parsing: .captureForPassthrough, help: .hidden)
  var options: [String] = []

  func run() throws {
    guard !options.contains(where: { ["-h", "-help", "--help"].contains($0) }) else {
      return try StandardStream.answer(Self.helpMessage())
    }
    if options.contains("--list-host") { return try listHost() }
    let configuration: MachineConfiguration
    do { configuration = try MachineConfiguration(arguments: options) } catch { throw error.commandFailure }
    if configuration.isProbe { try Probe(configuration).run() }
    let assembly = try assemble(configuration)
    if let folder = configuration.tableDumpFolder {
      return try TableDump(folder: FilePath(folder)).write(try tables(of: assembly))
    }
    try ShortenedBackends(assembly.configuration).check()
    switch try EngineChoice(configuration) {
    case .kvm(let system): try KVMEngine(assembly).run(on: system)
    case .qemu: try QEMUEngine(assembly).run()
    }
  }

  private func listHost() throws {
    guard Set(options).isSubset(of: ["--list-host", "--json"]) else {
      throw CommandFailure(.usage, "--list-host", "takes --json only", hint: "vnvdimm emulate --list-host")
    }
    let list = try HostList()
    try StandardStream.answer(options.contains("--json") ? JSONAnswer.text(of: list) : list.text)
  }

  private func assemble(_ configuration: MachineConfiguration) throws -> MachineAssembly {
    do { return try MachineAssembly(configuration) } catch { throw error.commandFailure }
  }

  private func tables(of assembly: MachineAssembly) throws -> ACPITables {
    do { return try assembly.tables() } catch { throw error.commandFailure }
  }
}
