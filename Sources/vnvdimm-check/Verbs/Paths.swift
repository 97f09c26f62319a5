import ArgumentParser
import Basics
import CommandSupport
import Consumers
import FoundationEssentials
import LabelChange
import QEMU
import Report

/// `vnvdimm-check PATH...`: the NVDIMMs of one machine.
struct Paths: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paths",
    abstract: Check.configuration.abstract,
    usage: """
      vnvdimm-check [<options>] <paths> ...
      vnvdimm-check <verb> ...
      """,
    discussion: """
      Nothing is changed. The paths are the DIMMs of one machine, in this order. Exit status: 0 consistent, \
      1 could not complete, 2 damaged or refused, 3 only harmless irregularities, 63 not a backend, 64 usage.

      VERBS
      \(verbs)

      EXAMPLES
        vnvdimm-check nv.img
        vnvdimm-check --qemu-version 7.2 --size 258M --label-size 2M nv.img
        vnvdimm-check command -- qemu-system-x86_64 ...

      All options: vnvdimm-check --help-hidden, or man vnvdimm-check
      """)

  private static let verbs = [Command.configuration, Domain.configuration, Fleet.configuration, Hook.configuration]
    .map { "  \(($0.commandName ?? "").padded(to: 8)) \($0.abstract)" }.joined(separator: "\n")

  @Argument(help: "The backends: files, block devices, DAX devices.", completion: .file(), transform: utf8Path)
  var paths: [String]

  @OptionGroup var consumer: ConsumerOption
  @OptionGroup var dimms: DIMMOptions
  @OptionGroup var releases: ReleaseOptions
  @OptionGroup var guestKernel: GuestKernelOption
  @OptionGroup var architecture: ArchitectureOption
  @OptionGroup var permits: PermitOptions
  @OptionGroup var metrics: MetricsOption
  @OptionGroup var guestView: GuestViewOption
  @OptionGroup var confirmation: ConfirmOption
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let isCommand = paths.first?.isQEMU == true && paths.contains { $0.hasPrefix("-") }
    if isCommand || paths.contains(where: Check.verbs.contains),
      let failure = Check.correction(of: ProcessArguments.all)
    {
      throw failure
    }
    var mode = try MachineMode(
      paths, PathStart(dimms, releases),
      AskedRules.all(of: releases.releases, on: architecture.arch ?? .x86_64, linux: guestKernel.linux),
      AnswerForm(answer, guestView))
    mode.permits = permits.permits
    mode.isConfirmed = confirmation.confirm
    mode.metricsPath = metrics.prometheus
    mode.consumer = try consumer.consumer(beside: dimms, releases)
    throw try mode.run().exitCode
  }
}

/// Checks paths as the NVDIMMs of one machine, plugged in that order, under each named release.
struct MachineMode {
  private let paths: [String]
  private let machine: PathStart
  private let rules: [AskedRules]
  private let answers: AnswerForm
  var permits = Permits()
  /// Whether to ask QEMU itself.
  var isConfirmed = false
  var metricsPath: String?
  /// The program that each path is for; `nil` for the NVDIMMs of one QEMU.
  var consumer: ConsumerChoice?

  init(_ paths: [String], _ machine: PathStart, _ rules: [AskedRules], _ answers: AnswerForm) throws {
    guard paths.count <= PathStart.pathLimit else {
      throw ValidationError(
        "\(paths.count) paths are more than a machine has slots for "
          + "(expected at most \(PathStart.pathLimit)); the verb 'fleet' checks each one independently")
    }
    guard machine.slotNumbers.count <= paths.count else {
      throw ValidationError("--slot was given more often than there are paths")
    }
    guard machine.labelSizes.count <= paths.count else {
      throw ValidationError("--label-size was given more often than there are paths")
    }
    try answers.check(rules.map(\.rules.release), on: rules[0].rules.architecture)
    self.paths = paths
    self.machine = machine
    self.rules = rules
    self.answers = answers
  }

  func run() throws -> ExitStatus {
    let host = HostView()
    if let consumer { return try run(for: consumer, on: host) }
    let reports = rules.map { asked in
      let start = machine.start(of: paths, under: asked.rules, on: host)
      let report = MachineReport(start, under: asked.rules, on: host).resting(on: asked.basis).weighed(by: permits)
      return isConfirmed ? report.confirmed(start, by: nil, on: host) : report
    }
    for report in reports { try answers.print(report, of: reports.count) }
    if let metricsPath {
      try MetricsFile(reports.flatMap(BackendMetrics.all), checkedAt: .now).write(to: metricsPath)
    }
    return reports.map(\.status).gravest
  }

  private func run(for consumer: ConsumerChoice, on host: HostView) throws -> ExitStatus {
    guard !isConfirmed else { throw ValidationError("--confirm asks QEMU, but --for is about \(consumer.title)") }
    guard metricsPath == nil else {
      throw ValidationError("--prometheus is about QEMU, and --for about \(consumer.title)")
    }
    var status = ExitStatus.done
    for path in paths {
      let answer = consumer.answer(on: path, under: rules[0].rules, permits, on: host)
      try answers.print(answer, of: paths.count)
      status = status.graver(answer.status)
    }
    return status
  }
}
