import ArgumentParser
import CommandSupport
import SystemPackage

/// `run PATH... -- COMMAND...`: a guest, with its backends verified before and after, and watched meanwhile.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a command that uses sealed backends: verify them, lock them, watch their lengths, seal them again.",
    usage: "vnvdimm-resize-guard run [<options>] <paths> ... -- <command> ...",
    discussion: """
      EXAMPLES
        vnvdimm-resize-guard run nv.img -- qemu-system-x86_64 ...
      """)

  @Argument(help: "The backends.", completion: .file(), transform: utf8Path)
  var paths: [String]

  /// What stands behind `--`, word by word; `ResizeGuard.main` hands it over so.
  @Option(name: .customLong(Self.commandOption), parsing: .unconditionalSingleValue, help: .private)
  var command: [String] = []

  static let commandOption = "command-word"

  @OptionGroup(title: "Start") var start: StartOptions

  @Flag(name: .shortAndLong, help: "Print nothing but failures.")
  var quiet = false

  func run() throws {
    guard !command.isEmpty else { throw ValidationError("there is no -- COMMAND to run") }
    guard paths.count == 1 || start.sidecar == nil else {
      throw ValidationError("--sidecar is the fingerprint of one backend, and there are \(paths.count)")
    }
    let backends = try paths.map { try GuardedBackend($0, start, quiet: quiet) }
    let status: Int32
    do { status = try WatchedProgram.run(command, look: { backends.forEach { $0.look() } }) } catch {
      throw CommandFailure(.incomplete, command[0], "cannot run: \(error)")
    }
    let isWell = try backends.map { try $0.verifyAfterwards() }.allSatisfy { $0 }
    throw status == 0 && !isWell ? ExitStatus.damaged.exitCode : ExitCode(status)
  }
}
