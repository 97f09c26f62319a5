import ArgumentParser
import Basics
import CommandSupport
import QEMU
import Report
import Storage
import SystemPackage

/// `run PATH... -- COMMAND...`: runs a guest. Its backends are verified before and after, and watched meanwhile.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a command that uses sealed backends: verify them, lock them, watch their lengths, seal them again.",
    usage: "vnvdimm-resize-guard run [<options>] <paths> ... -- <command> ...",
    discussion: """
      EXAMPLES
        vnvdimm-resize-guard run nv.img -- qemu-system-x86_64 ...
      """)

  @Argument(help: "The backends.", completion: .file(), transform: utf8Path)
  var paths: [String]

  /// The words after `--`, as `ResizeGuard.main` passes them.
  @Option(name: .customLong(Self.commandOption), parsing: .unconditionalSingleValue, help: .private)
  var command: [String] = []

  static let commandOption = "command-word"

  @OptionGroup(title: "Start") var start: StartOptions
  @OptionGroup var permits: PermitOptions

  @Flag(name: .shortAndLong, help: "Print only failures.")
  var quiet = false

  @OptionGroup var color: ColorOption

  func run() throws {
    guard !command.isEmpty else { throw ValidationError("there is no -- COMMAND to run") }
    guard paths.count == 1 || start.sidecar == nil else {
      throw ValidationError("--sidecar is the fingerprint of one backend, and there are \(paths.count)")
    }
    let backends = try paths.map { try GuardedBackend($0, start, isAlone: paths.count == 1, quiet: quiet) }
    try verifyStart(of: backends)
    let status: Int32
    do {
      status = try ChildProgram.run(FilePath(command[0]), command) {
        for backend in backends { backend.look() }
        return nil
      }.status
    } catch {
      throw CommandFailure(.incomplete, command[0], "cannot run: \(error)")
    }
    let isWell = try backends.map { try $0.verifyAfterwards() }.allSatisfy { $0 }
    throw status == 0 && !isWell ? ExitStatus.damaged.exitCode : ExitCode(status)
  }

  /// Throws if the guest would lose something, or if QEMU cannot start, according to vnvdimm-check's judgement of the
  /// same start.
  ///
  /// The start is that of the command if it is a QEMU command line; any other command starts a guest with the backends
  /// as sealed.
  private func verifyStart(of backends: [GuardedBackend]) throws {
    let host = HostView()
    var rules = backends[0].rules
    let described: Start
    if let architecture = FilePath(command[0]).lastComponent.flatMap({ Architecture(ofQEMU: $0.string) }) {
      rules = SizingRules(rules.release, architecture)
      described = Start(of: command, rules.release)
    } else {
      described = backends.start(under: rules, on: host)
    }
    let report = MachineReport(described, under: rules, on: host).weighed(by: permits.permits)
    // Differences from the seal were reported when each backend was locked.
    for (path, finding) in report.obstacles where LayoutRule(rawValue: finding.rule.id) == nil {
      guard finding.severity == .error || !quiet else { continue }
      StandardStream.diagnose(finding, of: ResizeGuard.programName, about: path)
    }
    guard report.blocksStart else { return }
    if report.starts == false { StandardStream.diagnose("\(ResizeGuard.programName): \(report.verdict)") }
    throw ExitStatus.damaged.exitCode
  }
}
