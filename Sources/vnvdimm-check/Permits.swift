import Basics
import QEMU

/// Rules that weigh less, or more, for the person who asks than by themselves.
struct Permits: Sendable {
  var allowed: Set<Rule> = []
  /// These win where a rule is in both.
  var denied: Set<Rule> = []

  /// `findings`, each as grave as it is for the person who asks.
  func weighed(_ findings: [Finding]) -> [Finding] {
    guard !allowed.isEmpty || !denied.isEmpty else { return findings }
    return findings.map { finding in
      if denied.contains(finding.rule) { return finding.with(severity: .error) }
      return allowed.contains(finding.rule) ? finding.with(severity: .note) : finding
    }
  }
}

extension BackendReport {
  func weighed(by permits: Permits) -> BackendReport {
    var report = self
    report.findings = permits.weighed(findings)
    return report
  }
}

extension CommandCheck {
  func weighed(by permits: Permits) -> CommandCheck {
    var check = self
    check.findings = permits.weighed(findings)
    for index in backends.indices { check.backends[index].report = backends[index].report.weighed(by: permits) }
    return check
  }
}
