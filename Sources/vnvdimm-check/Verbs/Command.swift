import ArgumentParser
import Basics
import CommandSupport
import QEMU
import Report
import SystemPackage

/// `vnvdimm-check command -- PROGRAM ARGUMENT...`: a complete QEMU command line.
struct Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "command", abstract: "Check a QEMU command line.",
    usage: """
      vnvdimm-check command [<options>] -- <program> <arguments> ...
      vnvdimm-check command [<options>] --file <file>
      """,
    discussion: """
      EXAMPLES
        vnvdimm-check command -- qemu-system-x86_64 -machine q35,nvdimm=on ...
        vnvdimm-check command --file /proc/$(pidof qemu-system-x86_64)/cmdline
      """)

  @Argument(
    parsing: .postTerminator, help: ArgumentHelp("The command line, beginning with the program.", valueName: "words"))
  var words: [String] = []

  @Option(
    parsing: .unconditional,
    help: "Check the command line in a file: /proc/PID/cmdline, or shell words.",
    completion: .file(), transform: utf8Path)
  var file: String?

  @Option(
    name: .customLong("hotplug"), parsing: .unconditionalSingleValue,
    help: "A command for QEMU's monitor once it runs: object_add ..., device_add ..., or QMP. (repeatable)",
    transform: hotplugCommand)
  var hotplugCommands: [HotplugCommand] = []

  @OptionGroup var releases: ReleaseOptions
  @OptionGroup var guestKernel: GuestKernelOption
  @OptionGroup var architecture: ArchitectureOption
  @OptionGroup var permits: PermitOptions
  @OptionGroup var guestView: GuestViewOption
  @OptionGroup var confirmation: ConfirmOption
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    guard words.isEmpty || file == nil else {
      throw ValidationError("give the command line with --file or after '--', not both")
    }
    let arguments = ShellWords.withoutAssignments(try file.map(CommandArguments.read) ?? words)
    guard let program = arguments.first else { throw ValidationError("the command line is missing: it follows '--'") }
    guard !program.hasPrefix("-") else {
      throw ValidationError(
        "the command line begins with the name of its program (stored '\(program)', "
          + "expected qemu-system-x86_64 or another)")
    }
    let architecture =
      architecture.arch ?? FilePath(program).lastComponent.flatMap { Architecture(ofQEMU: $0.string) } ?? .x86_64
    let rules = AskedRules.all(of: releases.releases, on: architecture, program: program, linux: guestKernel.linux)
    let answers = AnswerForm(answer, guestView)
    try answers.check(rules.map(\.rules.release), on: architecture)
    let host = HostView()
    let reports = rules.map { asked in
      let start = Start(of: arguments, asked.rules.release, hotplug: hotplugCommands)
      let report = MachineReport(start, under: asked.rules, on: host).resting(on: asked.basis)
        .weighed(by: permits.permits)
      return confirmation.confirm ? report.confirmed(start, by: program, on: host) : report
    }
    for report in reports { try answers.print(report, of: reports.count) }
    throw reports.map(\.status).gravest.exitCode
  }
}

/// Reads the value of `--hotplug`.
private func hotplugCommand(_ text: String) throws -> HotplugCommand {
  guard let command = HotplugCommand(text) else {
    throw ValidationError("'\(text)' is not a known command (expected object_add, device_add, ..., or QMP)")
  }
  return command
}
