import ArgumentParser
import Foundation
import Storage

/// The lab: an emulated machine with AMD's virtualisation, in which the programs just built run guests
/// of their own under KVM. Everything in it comes from installed Debian packages.
@main
struct Lab: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs scenarios in an emulated machine that has KVM.",
    discussion: """
      Each scenario is a shell script; Tests/Lab/outer/functions.sh has what it may call. They are shared
      among as many machines as there are processors, and run one after the other in one boot of each. What
      each said goes to standard output, the verdicts last.
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

  /// A machine needs about 3 GiB.
  private static let mostMachines = 4

  func run() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vnvdimm-lab-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let options = MachineRun.Options(
      programs: program, timeLimit: timeLimit, vmm: vmm, icount: icount, boots: boots, live: live)
    let runs = shares(of: scenarios.map { URL(fileURLWithPath: $0) }).enumerated().map { (number: $0, scripts: $1) }
      .concurrentMap { share in
        Result { try MachineRun(share.scripts, in: folder.appendingPathComponent("\(share.number)"), options) }
      }
    let machines = try runs.map { try $0.get() }
    let results = machines.flatMap(\.results).sorted { $0.name < $1.name }
    for result in results {
      if !live { print(result.log) }
      if let folder = self.results { try result.write(into: URL(fileURLWithPath: folder)) }
    }
    for result in results { print(result.passed ? "passed" : "FAILED", result.name) }
    if let complaint = machines.lazy.compactMap(\.complaint).first { throw complaint }
    if results.contains(where: { !$0.passed }) { throw ExitCode.failure }
  }

  /// Returns the scenarios of each machine. There are as many machines as this host has processors, but only one if
  /// everything is to be shown or measured.
  private func shares(of scripts: [URL]) -> [[URL]] {
    let processors = min(ProcessInfo.processInfo.activeProcessorCount, Self.mostMachines, scripts.count)
    let count = live || icount || boots > 1 ? 1 : max(processors, 1)
    return (0..<count).map { first in stride(from: first, to: scripts.count, by: count).map { scripts[$0] } }
  }
}
