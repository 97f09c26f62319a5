package import Basics

/// Rules that weigh less, or more, for the person who asks than by themselves.
package struct Permits: Sendable {
  package var allowed: Set<Rule> = []
  /// These win where a rule is in both.
  package var denied: Set<Rule> = []

  package init(allowed: Set<Rule> = [], denied: Set<Rule> = []) {
    self.allowed = allowed
    self.denied = denied
  }

  /// `findings`, each as grave as it is for the person who asks.
  func weighed(_ findings: [Finding]) -> [Finding] {
    guard !allowed.isEmpty || !denied.isEmpty else { return findings }
    return findings.map { finding in
      if denied.contains(finding.rule) { return finding.with(severity: .error) }
      return allowed.contains(finding.rule) ? finding.with(severity: .note) : finding
    }
  }
}

extension MachineReport {
  /// The same, each finding as grave as it is for the person who asks.
  package func weighed(by permits: Permits) -> MachineReport {
    var report = self
    report.findings = permits.weighed(findings)
    for backend in backends { report.amend(backend: backend.id) { permits.weighed($0.findings) } }
    return report
  }
}

extension DomainReport {
  /// The same, each finding as grave as it is for the person who asks.
  package func weighed(by permits: Permits) -> DomainReport {
    guard case .started(let arguments, let machine) = outcome else { return self }
    var report = self
    report.outcome = .started(arguments, machine.weighed(by: permits))
    return report
  }
}
