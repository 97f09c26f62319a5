import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import QEMU
import Report
import Storage

/// What a fleet check says about one path, under all releases.
struct FleetAnswer: Sendable {
  let status: ExitStatus
  /// For standard output; nil where nothing is to be printed.
  let text: String?
  /// For standard error.
  let failures: [String]
  let metrics: [BackendMetrics]

  init(
    _ entry: PathList.Entry, _ machine: PathStart, _ processes: HostProcesses, _ rules: [SizingRules], _ answers: AnswerForm,
    collectsMetrics: Bool
  ) {
    switch entry {
    case .defect(let failure):
      status = failure.status
      text = answers.form == .json ? failure.document(of: Check.programName) : nil
      failures = [failure.line(of: Check.programName)]
      metrics = []
    case .path(let path):
      let host = HostView(processes: processes)
      let reports = rules.map { MachineReport(machine.start(of: [path], under: $0, on: host), under: $0, on: host) }
      status = reports.map(\.status).gravest
      failures = reports.flatMap(\.backends).compactMap { backend in
        backend.failure.map { "\(Check.programName): \(backend.path.asSubject): \($0.fact)" }
      }
      metrics = collectsMetrics ? reports.flatMap(BackendMetrics.all) : []
      text =
        switch answers.form {
        case .json: reports.map(\.json.line).joined(separator: "\n")
        case .text where !answers.isQuiet: reports.map(\.line).joined(separator: "\n")
        case .text, .guestView: nil
        }
    }
  }
}
