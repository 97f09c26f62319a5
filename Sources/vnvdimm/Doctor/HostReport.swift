import ArgumentParser
import Basics
import CommandSupport
import Glibc

/// What this host offers to the suite.
struct HostReport {
  let host: [HostFact]
  /// One command that installs all that is missing and that Debian has, for whoever asked.
  let install: String?

  init() {
    host =
      [HostFact.acceleration, HostFact.emulator, HostFact.kernel] + HostFact.guestPrograms
      + [HostFact.persistentMemory]
    let command = HostFact.installation(of: host.flatMap(\.packages))
    install = command.map { geteuid() == 0 ? $0 : "sudo \($0)" }
  }

  var isComplete: Bool { !host.contains { $0.state == .missing } }

  var json: JSONValue {
    JSONValue(present: [
      ("format", .format), ("host", JSONValue(host, \.json)), ("install", install.map { .text($0) }),
    ])
  }

  /// A line for each fact, and below it what to type; at the end what installs all that is missing.
  var text: String {
    let lines = host.flatMap { fact in
      let state = fact.state == .missing ? "missing" : fact.state == .limited ? "limited" : "ready"
      let line = "\(fact.name.padded(to: 10)) \(state.padded(to: 8)) \(fact.fact)"
      return [line] + (fact.command.map { [String(repeating: " ", count: 20) + $0] } ?? [])
    }
    return (lines + (install.map { ["all that is missing: \($0)"] } ?? [])).joined(separator: "\n")
  }
}

/// `vnvdimm doctor`: what this host offers to the suite, and what is missing.
struct Doctor: Program {
  static let programName = "vnvdimm doctor"

  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Report what this host offers, and what is missing.",
    usage: "vnvdimm doctor [--json]",
    discussion: """
      Checks KVM, QEMU, the kernel and the programs from which emulate builds a guest, and the host's persistent \
      memory. For whatever is missing, it prints the command that installs it on Debian. Nothing is changed.

      EXAMPLES
        vnvdimm doctor

      Exit status: 0 nothing is missing, 3 something is, 64 usage.
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var color: ColorOption

  func run() throws {
    let report = HostReport()
    if json { try StandardStream.answer(report.json) } else { try StandardStream.answer(report.text) }
    if !report.isComplete { throw ExitStatus.irregular.exitCode }
  }
}
