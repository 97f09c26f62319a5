package import CommandSupport

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
