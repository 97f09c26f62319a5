import Basics
import CommandSupport
import LabelChange
import Libvirt
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// What a fleet check says about one path, under all releases.
struct FleetAnswer: Sendable {
  let status: ExitStatus
  /// For standard output; nil where nothing is to be printed.
  let text: String?
  /// For standard error.
  let failures: [String]
  let metrics: [BackendMetrics]

  init(
    _ entry: PathList.Entry, _ options: MachineOptions, _ rules: [SizingRules], _ permits: Permits,
    _ answers: AnswerForm, collectsMetrics: Bool
  ) {
    switch entry {
    case .defect(let failure): self.init(failure, answers)
    case .path(let path):
      let reports = rules.flatMap { rules in
        var machine = MachineCheck(of: options.dimms(of: [path]), options, rules: rules)
        return machine.reports()
      }
      if reports.first?.mayBeDomain == true, let bytes = Self.domain(at: path) {
        self.init(domainIn: bytes, of: path, options, rules, permits, answers, collectsMetrics: collectsMetrics)
      } else {
        self.init(reports.map { $0.weighed(by: permits) }, answers, collectsMetrics: collectsMetrics)
      }
    }
  }

  private init(_ failure: CommandFailure, _ answers: AnswerForm) {
    status = failure.status
    text = answers.form == .json ? failure.document(of: Check.programName) : nil
    failures = [failure.line(of: Check.programName)]
    metrics = []
  }

  private init(
    domainIn bytes: [UInt8], of path: String, _ options: MachineOptions, _ rules: [SizingRules], _ permits: Permits,
    _ answers: AnswerForm, collectsMetrics: Bool
  ) {
    let document = DomainDocument(path: path)
    do throws(CommandFailure) {
      let reports = try document.reports(of: document.domain(in: bytes), under: rules, users: options.processes)
      self.init(reports.map { $0.weighed(by: permits) }, answers, collectsMetrics: collectsMetrics)
    } catch { self.init(error, answers) }
  }

  private init(_ reports: [any FleetReport], _ answers: AnswerForm, collectsMetrics: Bool) {
    let ofBackends = reports.flatMap(\.backends)
    status = reports.map(\.status).gravest
    failures = ofBackends.compactMap { report in
      report.failure.map { "\(Check.programName): \(report.name): \($0.fact)" }
    }
    metrics = collectsMetrics ? ofBackends.map(BackendMetrics.init) : []
    text =
      switch answers.form {
      case .json: reports.map(\.json.line).joined(separator: "\n")
      case .text where !answers.isQuiet: reports.map(\.line).joined(separator: "\n")
      case .text, .guestView: nil
      }
  }

  /// The document at `path`; nil where what is there is no domain.
  private static func domain(at path: String) -> [UInt8]? {
    guard let bytes = try? FilePath(path).contents(limit: LibvirtDomain.byteLimit), LibvirtDomain.begins(bytes) else {
      return nil
    }
    return bytes
  }
}

/// What is said about one path in a fleet.
private protocol FleetReport: CheckAnswer {
  /// One line, then one for each finding.
  var line: String { get }
  var backends: [BackendReport] { get }
}

extension BackendReport: FleetReport {
  fileprivate var backends: [BackendReport] { [self] }

  /// Whether the file is no larger than a document that is read.
  fileprivate var mayBeDomain: Bool {
    kind == .regularFile && state.length.map { $0 > 0 && $0 <= LibvirtDomain.byteLimit } == true
  }
}

extension DomainReport: FleetReport {
  fileprivate var backends: [BackendReport] {
    switch outcome {
    case .refused: []
    case .started(_, let check): check.backends.map(\.report)
    }
  }

  /// What becomes of the domain on one line, then a line for each finding.
  fileprivate var line: String {
    let head = "\(path.asSubject): domain \(name): "
    switch outcome {
    case .refused(let refusal, let stage): return head + "libvirt refuses to \(stage.rawValue) it: \(refusal)"
    case .started(_, let check):
      let ofBackends = check.backends.flatMap { backend in
        backend.report.findings.map { "  \(backend.id): \($0)" }
      }
      return ([head + check.verdict] + ofBackends + check.findings.map { "  \($0)" }).joined(separator: "\n")
    }
  }
}
