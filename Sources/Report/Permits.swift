package import CommandSupport

extension MachineReport {
  /// This report with each finding as grave as it is for the person who asks.
  package func weighed(by permits: Permits) -> MachineReport {
    var report = self
    report.findings = permits.weighed(findings)
    for index in backends.indices { report.backends[index].findings = permits.weighed(backends[index].findings) }
    return report
  }
}

extension DomainReport {
  /// This report with each finding as grave as it is for the person who asks.
  package func weighed(by permits: Permits) -> DomainReport {
    guard case .started(let arguments, let machine) = outcome else { return self }
    var report = self
    report.outcome = .started(arguments, machine.weighed(by: permits))
    return report
  }
}
