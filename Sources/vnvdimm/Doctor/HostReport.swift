import ArgumentParser
import Basics
import CommandSupport
import Glibc

/// The resources of this host that the suite can use.
struct HostReport {
  let host: [HostFact]
  /// One command that installs everything that is missing and available in Debian.
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

  /// One line for each fact, followed by the command that provides it; at the end the command that installs everything.
  var text: String {
    let lines = host.flatMap { fact in
      let state = fact.state == .missing ? "missing" : fact.state == .limited ? "limited" : "ready"
      let line = "\(fact.name.padded(to: 10)) \(state.padded(to: 8)) \(fact.fact)"
      return [line] + (fact.command.map { [String(repeating: " ", count: 20) + $0] } ?? [])
    }
    return (lines + (install.map { ["all that is missing: \($0)"] } ?? [])).joined(separator: "\n")
  }
}

/// `vnvdimm doctor`: shows the resources of this host that the suite can use, and what is missing.
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
