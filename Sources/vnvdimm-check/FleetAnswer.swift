import CommandSupport
import QEMU

/// What a fleet check says about one path, under all releases.
struct FleetAnswer: Sendable {
  let status: ExitStatus
  /// For standard output; nil where nothing is to be printed.
  let text: String?
  /// For standard error.
  let failures: [String]
  let metrics: [BackendMetrics]

  init(
    _ entry: PathList.Entry, _ options: MachineOptions, _ rules: [SizingRules], _ answers: AnswerForm,
    collectsMetrics: Bool
  ) {
    switch entry {
    case .defect(let failure):
      status = failure.status
      text = answers.form == .json ? failure.document(of: Check.programName) : nil
      failures = [failure.line(of: Check.programName)]
      metrics = []
    case .path(let path):
      let reports = rules.flatMap { rules in
        var machine = MachineCheck(of: options.dimms(of: [path]), options, rules: rules)
        return machine.reports()
      }
      status = reports.map(\.status).gravest
      failures = reports.compactMap { report in
        report.failure.map { "\(Check.programName): \(report.name): \($0.fact)" }
      }
      metrics = collectsMetrics ? reports.map(BackendMetrics.init) : []
      text =
        switch answers.form {
        case .json: reports.map(\.json.line).joined(separator: "\n")
        case .text where !answers.isQuiet: reports.map(\.line).joined(separator: "\n")
        case .text, .guestView: nil
        }
    }
  }
}
