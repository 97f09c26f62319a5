import ArgumentParser
import Basics
import CommandSupport
import FoundationEssentials
import LabelChange
import PersistentMemory
import QEMU

/// `vnvdimm-check PATH...`: the NVDIMMs of one machine.
struct Paths: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: Check.configuration.abstract,
    usage: """
      vnvdimm-check [<options>] <paths> ...
      vnvdimm-check <verb> ...
      """,
    discussion: """
      Nothing is changed. The paths are the DIMMs of one machine, plugged in their order. Exit status: 0 consistent, \
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

  @OptionGroup var dimms: DIMMOptions
  @OptionGroup var releases: ReleaseOptions
  @OptionGroup var architecture: ArchitectureOption
  @OptionGroup var permits: PermitOptions
  @OptionGroup var metrics: MetricsOption
  @OptionGroup var guestView: GuestViewOption
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let isCommand = paths.first?.isQEMU == true && paths.contains { $0.hasPrefix("-") }
    if isCommand || paths.contains(where: Check.verbs.contains),
      let failure = Check.correction(of: ProcessArguments.all)
    {
      throw failure
    }
    var mode = try MachineMode(
      paths, MachineOptions(dimms), SizingRules.all(of: releases.releases, on: architecture.arch ?? .x86_64),
      AnswerForm(answer, guestView))
    mode.permits = permits.permits
    mode.metricsPath = metrics.prometheus
    throw try mode.run().exitCode
  }
}

/// Checks paths as the NVDIMMs of one machine, plugged in their order, under each release that was named.
struct MachineMode {
  private let paths: [String]
  private let options: MachineOptions
  private let rules: [SizingRules]
  private let answers: AnswerForm
  var permits = Permits()
  var metricsPath: String?

  init(_ paths: [String], _ options: MachineOptions, _ rules: [SizingRules], _ answers: AnswerForm) throws {
    guard paths.count <= MemoryDevicePlacement.slotLimit else {
      throw ValidationError(
        "\(paths.count) paths are more than a machine has slots for "
          + "(expected at most \(MemoryDevicePlacement.slotLimit)); the verb 'fleet' checks each for itself")
    }
    guard options.slotNumbers.count <= paths.count else {
      throw ValidationError("--slot was given more often than there are paths")
    }
    guard options.labelSizes.count <= paths.count else {
      throw ValidationError("--label-size was given more often than there are paths")
    }
    try answers.check(rules)
    self.paths = paths
    self.options = options
    self.rules = rules
    self.answers = answers
  }

  func run() throws -> ExitStatus {
    let reports = rules.flatMap { rules in
      var machine = MachineCheck(of: options.dimms(of: paths), options, rules: rules)
      return machine.reports().map { $0.weighed(by: permits) }
    }
    if answers.form == .guestView { try showGuest(of: reports) } else { try print(reports) }
    if let metricsPath { try MetricsFile(reports.map(BackendMetrics.init), checkedAt: .now).write(to: metricsPath) }
    return reports.map(\.status).gravest
  }

  private func print(_ reports: [BackendReport]) throws {
    for report in reports {
      if let failure = report.failure {
        StandardStream.diagnose("\(Check.programName): \(report.name): \(failure.fact)")
      }
      try answers.print(report, of: reports.count)
    }
  }

  /// Prints what `ndctl list` will say in the guest, and on standard error what it will not say.
  ///
  /// Where QEMU does not start there is no guest, and nothing on standard output.
  private func showGuest(of reports: [BackendReport]) throws {
    for report in reports { diagnose(report) }
    let regions = reports.compactMap(\.region)
    guard regions.count == reports.count else { return }
    try StandardStream.answer(JSONAnswer.text(of: GuestListing(regions)))
  }

  private func diagnose(_ report: BackendReport) {
    let path = report.request.path
    if let failure = report.failure {
      StandardStream.diagnose("\(Check.programName): \(path.asSubject): \(failure.fact)")
    }
    guard !answers.isQuiet else { return }
    for finding in report.findings { StandardStream.diagnose(finding, of: Check.programName, about: path) }
    if report.prediction.outcome != .starts {
      StandardStream.diagnose("\(Check.programName): \(path.asSubject): \(report.outlook)")
    }
  }
}
