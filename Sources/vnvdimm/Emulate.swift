import ArgumentParser
import Basics
import CommandSupport
import Firmware
import PersistentMemory
import QEMU
import Report
import Storage
import SystemPackage
import VirtualMachine

/// `vnvdimm emulate`: runs a machine with virtual NVDIMMs, described in QEMU's option syntax.
struct Emulate: Program {
  static let programName = "vnvdimm emulate"

  static let configuration = CommandConfiguration(
    commandName: "emulate", abstract: "Run a virtual machine with virtual NVDIMMs.",
    usage: usage, discussion: EmulateHelp.brief)

  private static let usage = "vnvdimm emulate [OPTION ...]"

  @Argument(parsing: .captureForPassthrough, help: .hidden)
  var options: [String] = []

  /// The options that the parser handles. It would pass all others on unchanged, and take longer than a machine needs
  /// to start.
  private static let parserOptions = ["--generate-completion-script", "--experimental-dump-help"]

  static func plain(_ arguments: [String]) -> (() throws -> ExitStatus)? {
    guard !arguments.contains(where: { argument in parserOptions.contains { argument.hasPrefix($0) } }) else {
      return nil
    }
    return {
      try Self(options: arguments).run()
      return .done
    }
  }

  init() {}

  private init(options: [String]) { self.options = options }

  func run() throws {
    guard !options.contains(where: { ["-h", "-help", "--help"].contains($0) }) else {
      return try StandardStream.answer(Self.helpMessage())
    }
    guard !options.contains("--help-hidden") else {
      return try StandardStream.answer("\(EmulateHelp.text)\n\nUSAGE: \(Self.usage)")
    }
    if options.contains("--list-host") { return try listHost() }
    var configuration: MachineConfiguration
    do { configuration = try MachineConfiguration(arguments: options) } catch { throw error.commandFailure }
    configuration.allowedRules = try Self.rules(configuration.allowedWords)
    if configuration.isProbe { try Probe(configuration).run() }
    let assembly = try assemble(configuration)
    if let folder = configuration.tableDumpFolder {
      return try TableDump(folder: FilePath(folder)).write(try tables(of: assembly))
    }
    try checkStart(of: assembly)
    try checkConsoles(of: assembly)
    switch try EngineChoice(configuration) {
    case .kvm(let system): try KVMEngine(assembly).run(on: system)
    case .qemu: try QEMUEngine(assembly).run()
    }
  }

  /// Reads the values of `--allow`.
  private static func rules(_ words: [String]) throws -> Set<Rule> {
    Set(
      try words.map { word in
        do { return try Rule(option: word) } catch {
          let corrected = Rule.all.map(\.id).nearest(to: word).map { nearest in
            ShellCommand.typed(programName).mapping { $0 == word ? nearest : $0 }
          }
          throw CommandFailure(
            .usage, "--allow \(word)", "there is no such rule",
            hint: .command(corrected ?? ShellCommand("vnvdimm", ["explain"])))
        }
      })
  }

  private func listHost() throws {
    guard Set(options).isSubset(of: ["--list-host", "--json"]) else {
      throw CommandFailure(
        .usage, "--list-host", "takes --json only", hint: .command("vnvdimm", "emulate", "--list-host"))
    }
    let list = try HostList()
    guard options.contains("--json") else { return try StandardStream.answer(list.text) }
    try StandardStream.answer(list.json)
  }

  private func assemble(_ configuration: MachineConfiguration) throws -> MachineAssembly {
    do { return try MachineAssembly(configuration) } catch { throw error.commandFailure }
  }

  /// Reports the findings about the start. Throws if there is damage that is not allowed.
  private func checkStart(of assembly: MachineAssembly) throws {
    let permits = Permits(allowed: assembly.configuration.allowedRules)
    for (path, finding) in Self.obstacles(to: assembly) {
      for weighed in permits.weighed([finding]) {
        guard weighed.severity < .error else { throw Self.refusal(of: path, weighed) }
        StandardStream.diagnose(weighed, of: Self.programName, about: path)
      }
    }
  }

  /// Returns the failure that the backend at `path` is not used in its state, with the permit to use it.
  static func refusal(of path: String, _ finding: Finding) -> CommandFailure {
    let permit = "--allow \(finding.rule.id)"
    let settings = finding.settings.isEmpty ? nil : Hint.options(finding.settings.options)
    return CommandFailure(
      .damaged, path, "\(finding.fact) (\(permit) starts it all the same)", hint: finding.remedy ?? settings)
  }

  /// Returns the findings of vnvdimm-check about the start of `assembly`, to the extent that they concern a machine of
  /// our own.
  static func obstacles(to assembly: MachineAssembly) -> [(path: String, finding: Finding)] {
    let labelSizes = assembly.configuration.command.labelSizesAsked
    let report = MachineReport(following: assembly.startup)
    let paths = Set(report.backends.filter { labelSizes[$0.id] == LabelSize.none }.map(\.path))
    let written = Set(assembly.startup.prediction.backends.filter(\.isWritten).compactMap { $0.request?.path })
    // The process that started this one may hold the file for it, as vnvdimm-resize-guard does.
    let ancestors = ProcessImage.ancestors
    let unused = report.backends.filter { backend in
      backend.host?.users.allSatisfy { $0.process.map(ancestors.contains) ?? false } ?? true
    }.map(\.path)
    return report.obstacles.filter { path, finding in
      finding.rule != HostRule.inUse || !unused.contains(path)
    }.map { path, finding in
      // Two guests that write to one file destroy each other's data.
      let isSecondWriter = finding.rule == HostRule.inUse && written.contains(path)
      return (path, isSecondWriter ? finding.with(severity: .error) : finding)
    }.filter { path, finding in
      // Other releases of QEMU do not matter to this machine, and its files and its memory are as requested.
      ![Rule(LayoutRule.release), Rule(BackendRule.noFile), Rule(BackendRule.missing), Rule(BackendRule.empty)]
        .contains(finding.rule)
        // An explicit request for no labels is intended.
        && !(finding.rule == BackendRule.labelAreaUnused && paths.contains(path))
    }
  }

  /// Throws if the console's output would overwrite a backend.
  private func checkConsoles(of assembly: MachineAssembly) throws {
    for case .file(let path) in assembly.configuration.serial where assembly.isBackend(path) {
      throw CommandFailure(
        .damaged, path, "is the backend of an NVDIMM, which the console would overwrite",
        hint: .options("-serial stdio"))
    }
  }

  private func tables(of assembly: MachineAssembly) throws -> ACPITables {
    do { return try assembly.tables() } catch { throw error.commandFailure }
  }
}
