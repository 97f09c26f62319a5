import ArgumentParser
import CommandSupport

/// `vnvdimm doctor`: what this host offers to the suite, and what is missing.
struct Doctor: Program {
  static let programName = "vnvdimm doctor"

  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Tell what this host offers, and what is missing.",
    usage: "vnvdimm doctor [--json]",
    discussion: """
      Looks at KVM, QEMU, the kernel and programs of which emulate makes a guest, and the host's persistent \
      memory; each that is missing comes with the command that installs it on Debian. Nothing is changed.

      EXAMPLES
        vnvdimm doctor

      Exit status: 0 nothing is missing, 3 something is, 64 usage.
      """)

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = HostReport()
    if json { try StandardStream.answer(report.json) } else { try StandardStream.answer(report.text) }
    if !report.isComplete { throw ExitStatus.irregular.exitCode }
  }
}
