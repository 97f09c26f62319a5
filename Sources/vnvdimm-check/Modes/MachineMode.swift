import ArgumentParser
import Basics
import CommandSupport
import FoundationEssentials
import PersistentMemory
import QEMU

/// Checks paths as the NVDIMMs of one machine, plugged in their order, under each release that was named.
struct MachineMode: CheckMode {
  private let paths: [String]
  private let answers: AnswerForm
  private var options = MachineOptions()
  private var rules = [SizingRules.usual]
  private var metricsPath: String?

  init(_ paths: [String], _ answers: AnswerForm) throws {
    guard paths.count <= MemoryDevicePlacement.slotLimit else {
      throw ValidationError(
        "\(paths.count) paths are more than a machine has slots for "
          + "(expected at most \(MemoryDevicePlacement.slotLimit)); --each checks each for itself")
    }
    self.paths = paths
    self.answers = answers
  }

  init(_ check: Check) throws {
    guard !check.paths.isEmpty else { throw ValidationError.noPaths }
    try self.init(check.paths, AnswerForm(check))
    guard check.slotNumbers.count <= paths.count else {
      throw ValidationError("--slot was given more often than there are paths")
    }
    guard check.labelSizes.count <= paths.count else {
      throw ValidationError("--label-size was given more often than there are paths")
    }
    options = MachineOptions(check)
    rules = check.rules
    metricsPath = check.prometheus
  }

  func run() throws -> ExitStatus {
    let reports = rules.flatMap { rules in
      var machine = MachineCheck(of: options.dimms(of: paths), options, rules: rules)
      return machine.reports()
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
