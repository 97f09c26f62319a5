import ArgumentParser
import Foundation

/// The lab: an emulated machine with AMD's virtualisation, in which the programs just built run guests
/// of their own under KVM. Everything in it comes from installed Debian packages.
@main
struct Lab: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs scenarios in an emulated machine that has KVM.",
    discussion: """
      Each scenario is a shell script; Tests/Lab/outer/functions.sh has what it may call. All of them run in
      one boot of the machine. What each said goes to standard output, the verdicts last.
      """)

  @Option(help: "Put a log and a status of each scenario into this folder.")
  var results: String?

  @Option(help: "Seconds after which a scenario is stopped.")
  var timeLimit = 300

  @Option(help: "What boots the scenarios' guests: ours, or qemu to see what the real one does.")
  var vmm = "ours"

  @Flag(help: "Show what the machine's console says while it runs.")
  var verbose = false

  @Argument(help: "The scenarios.", completion: .file(extensions: ["sh"]))
  var scenarios: [String]

  func run() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vnvdimm-lab-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let scripts = scenarios.map { URL(fileURLWithPath: $0) }
    let machine = try OuterMachine(in: folder, scenarios: scripts, timeLimit: timeLimit, vmm: vmm)
    try machine.boot(limit: 60 + scripts.count * timeLimit, verbose: verbose)
    let answers = try machine.results()
    var failed = false
    for script in scripts {
      let result = ScenarioResult(of: script, in: answers, console: machine.console)
      print(result.log)
      if let results { try result.write(into: URL(fileURLWithPath: results)) }
      failed = failed || !result.passed
    }
    for script in scripts {
      let result = ScenarioResult(of: script, in: answers, console: machine.console)
      print(result.passed ? "passed" : "FAILED", result.name)
    }
    if failed { throw ExitCode.failure }
  }
}
