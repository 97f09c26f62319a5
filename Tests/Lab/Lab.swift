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

  @Option(help: "Another program to take along.", completion: .file())
  var program: [String] = []

  @Flag(help: "Let each instruction of the machine take a nanosecond of its clock, whatever else this host does.")
  var icount = false
  @Option(help: "Boot the machine so often, on one spare disk, and cut its power at the end of all boots but the last.")
  var boots = 1

  @Flag(help: "Show what the scenarios say while they run, instead of afterwards.")
  var live = false

  @Argument(help: "The scenarios.", completion: .file(extensions: ["sh"]))
  var scenarios: [String]

  func run() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vnvdimm-lab-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let scripts = scenarios.map { URL(fileURLWithPath: $0) }
    let limit = 60 + scripts.count * timeLimit
    func makeMachine(_ boot: Int) throws -> OuterMachine {
      try OuterMachine(
        in: folder, scenarios: scripts, programs: program, timeLimit: timeLimit, vmm: vmm, boot: boot, boots: boots)
    }
    for boot in 1..<max(boots, 1) {
      let machine = try makeMachine(boot)
      do { try machine.bootUntilPowerCut(limit: limit) } catch {
        print(try String(decoding: Data(contentsOf: machine.console), as: UTF8.self))
        throw error
      }
    }
    let machine = try makeMachine(boots)
    var complaint: (any Error)?
    do { try machine.boot(limit: limit, icount: icount, live: live) } catch { complaint = error }
    let answers = try machine.results()
    let results = scripts.map { ScenarioResult(of: $0, in: answers, console: machine.console) }
    for result in results {
      if !live { print(result.log) }
      if let folder = self.results { try result.write(into: URL(fileURLWithPath: folder)) }
    }
    for result in results { print(result.passed ? "passed" : "FAILED", result.name) }
    if let complaint { throw complaint }
    if results.contains(where: { !$0.passed }) { throw ExitCode.failure }
  }
}
