import ArgumentParser
import CommandSupport
import FoundationEssentials
import QEMU

/// Checks any number of paths, each as the only NVDIMM of a machine of its own.
struct FleetMode: CheckMode {
  private let paths: [String]
  private let answers: AnswerForm
  /// A file with more paths.
  private var listPath: String?
  private var separator = PathList.Separator.newline
  private var options = MachineOptions()
  private var rules = [SizingRules.usual]
  private var metricsPath: String?

  init(_ paths: [String], _ answers: AnswerForm) {
    self.paths = paths
    self.answers = answers
  }

  init(_ check: Check) throws {
    guard !check.paths.isEmpty || check.pathsFrom != nil else { throw ValidationError.noPaths }
    guard check.slotNumbers.count <= 1 else { throw ValidationError("one --slot holds for every path of a fleet") }
    guard check.labelSizes.count <= 1 else {
      throw ValidationError("--label-size was given more often than there are paths")
    }
    self.init(check.paths, AnswerForm(check))
    listPath = check.pathsFrom
    separator = check.null ? .null : .newline
    options = MachineOptions(check)
    rules = check.rules
    metricsPath = check.prometheus
  }

  func run() throws -> ExitStatus {
    let list = try listPath.map { (path) throws(CommandFailure) in try PathList(at: path, separator: separator) }
    var fleet = FleetCheck(options, rules: rules, answers, collectsMetrics: metricsPath != nil)
    try fleet.run(paths, list)
    guard fleet.tally.count > 0 else {
      throw CommandFailure(.incomplete, listPath, "names no path: nothing was checked")
    }
    if answers.form == .text, !answers.isQuiet { try StandardStream.answer(fleet.tally.text) }
    if let metricsPath { try MetricsFile(fleet.metrics, checkedAt: .now).write(to: metricsPath) }
    return fleet.tally.status
  }
}

extension ValidationError {
  /// In the words of the parser.
  static var noPaths: ValidationError { ValidationError("Missing expected argument '<paths> ...'") }
}
