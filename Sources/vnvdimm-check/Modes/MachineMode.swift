import ArgumentParser
import CommandSupport
import FoundationEssentials
import QEMU
import Report

/// Checks paths as the NVDIMMs of one machine, plugged in their order, under each release that was named.
struct MachineMode: CheckMode {
  private let paths: [String]
  private let answers: AnswerForm
  private var machine = PathStart()
  private var rules = [SizingRules.usual]
  private var metricsPath: String?

  init(_ paths: [String], _ answers: AnswerForm) throws {
    guard paths.count <= PathStart.pathLimit else {
      throw ValidationError(
        "\(paths.count) paths are more than a machine has slots for "
          + "(expected at most \(PathStart.pathLimit)); --each checks each for itself")
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
    machine = PathStart(check)
    rules = check.rules
    metricsPath = check.prometheus
  }

  func run() throws -> ExitStatus {
    let host = HostView()
    let reports = rules.map { MachineReport(machine.start(of: paths, under: $0, on: host), under: $0, on: host) }
    for report in reports { try answers.print(report, of: reports.count) }
    if let metricsPath {
      try MetricsFile(reports.flatMap(BackendMetrics.all), checkedAt: .now).write(to: metricsPath)
    }
    return reports.map(\.status).gravest
  }
}
