import Basics
import CommandSupport
import QEMU

/// What the module prints for Ansible.
struct AnsibleAnswer: Encodable {
  let changed = false
  let failed: Bool
  let msg: String
  let status: Int32
  let backends: [BackendReport]
  let warnings: [String]

  private enum CodingKeys: String, CodingKey { case changed, failed, msg, status, backends, warnings }

  init(_ reports: [BackendReport], failsOnWarnings: Bool) {
    var tally = FleetTally()
    for report in reports { tally.add(report.status) }
    backends = reports
    status = tally.status.rawValue
    failed = tally.status != .done && (tally.status != .irregular || failsOnWarnings)
    let first = reports.lazy.compactMap { $0.reason(failsOnWarnings: failsOnWarnings) }.first
    msg = failed ? [first, tally.text].compactMap(\.self).joined(separator: "; ") : tally.text
    warnings = reports.flatMap { report in
      report.findings.filter { $0.severity == .warning }.map { "\(report.name): \($0)" }
    }
  }

  /// The answer that the module could not do what it was asked.
  init(_ failure: CommandFailure) {
    failed = true
    msg = [failure.subject, failure.fact].compactMap(\.self).joined(separator: ": ")
    status = failure.status.rawValue
    backends = []
    warnings = []
  }
}

extension BackendReport {
  /// Why the backend fails a task; nil where it does not.
  fileprivate func reason(failsOnWarnings: Bool) -> String? {
    if let failure, state.length == nil { return "\(name): \(failure.fact)" }
    let least = failsOnWarnings ? Finding.Severity.warning : .error
    if let finding = findings.first(where: { $0.severity >= least }) { return "\(name): \(finding)" }
    return prediction.outcome == .starts ? nil : "\(name): \(outlook)"
  }
}
