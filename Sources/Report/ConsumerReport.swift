package import Basics
package import CommandSupport
package import Consumers
package import QEMU
import Storage

/// How a program other than QEMU handles one backend, and what its guest sees.
package struct ConsumerReport {
  package let choice: ConsumerChoice
  package private(set) var backend: BackendReport
  private let judgement: ConsumerJudgement

  /// Examines the backend at `path`, as `choice` gives it to a guest.
  package init(on path: String, for choice: ConsumerChoice, on host: HostView) {
    self.choice = choice
    (backend, judgement) = BackendReport.report(on: path, for: choice, on: host)
  }

  /// Returns this report with the severities of its findings adjusted by `permits`.
  package func weighed(by permits: Permits) -> ConsumerReport {
    var report = self
    report.backend.findings = permits.weighed(backend.findings)
    return report
  }

  package var status: ExitStatus {
    switch judgement.outcome {
    case .starts: backend.status
    case .refuses, .fails: .damaged
    case .unknown: backend.status.graver(.irregular)
    }
  }

  /// The behavior of the program in one line.
  package var verdict: String {
    switch judgement.outcome {
    case .starts: "\(choice.title) starts"
    case .refuses(let words): "\(choice.title) refuses: \(words)"
    case .fails(let reason): "\(choice.title) does not start: \(reason)"
    case .unknown: "what \(choice.title) does is not known: what is at the path is not described"
    }
  }

  /// The report for people.
  package var text: String { (backend.lines(withID: false) + [verdict]).joined(separator: "\n") }

  /// The report in one line, followed by one line for each finding.
  package var line: String {
    (["\(backend.path.asSubject): \(verdict)"] + backend.findings.map { "  \($0)" }).joined(separator: "\n")
  }

  /// The document of `--json`.
  package var json: JSONValue {
    let (outcome, starts, message): (String, Bool?, String?) =
      switch judgement.outcome {
      case .starts: ("starts", true, nil)
      case .refuses(let words): ("refuses", false, words)
      case .fails: ("refuses", false, nil)
      case .unknown: ("unknown", nil, nil)
      }
    return .object([
      ("format", JSONValue.format), ("program", .text(choice.consumer.name)),
      ("release", JSONValue(choice.effectiveRelease?.description)), ("status", JSONValue(Int(status.rawValue))),
      (
        "prediction",
        .object([
          ("outcome", .text(outcome)), ("starts", JSONValue(starts)), ("message", JSONValue(message)),
          ("sources", .array(judgement.sources.map { .text($0) })),
        ])
      ),
      ("backends", .array([backend.json(.null)])),
      ("findings", .array(backend.findings.map { $0.json(about: backend.path) })),
    ])
  }
}

extension MachineReport {
  /// Reports on the backend at `path` for `choice`, a program that starts QEMU; `nil` if the program does not start
  /// QEMU.
  package init?(on path: String, for choice: ConsumerChoice, under rules: SizingRules, on host: HostView) {
    guard case .qemu(let arguments) = choice.consumer.start else { return nil }
    let examination = host.examination(of: path)
    let start = Start(of: arguments(path, examination.forReading.length ?? 0), rules.release)
    self.init(start, under: rules, on: host)
    for backend in backends where backend.path == path {
      amend(backend: backend.id) { report in
        var contents = ConsumerContents()
        contents.holdsData = !report.contents.isEmpty
        contents.isDirect = report.isDirect
        let found = ConsumerJudgement(choice, of: examination.forReading, holding: contents, at: path).findings
        return (report.findings + found).map(\.withoutSettings).gravestFirst
      }
    }
  }
}
