package import ArgumentParser
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
  package func weighed(_ findings: [Finding]) -> [Finding] {
    guard !allowed.isEmpty || !denied.isEmpty else { return findings }
    return findings.map { finding in
      if denied.contains(finding.rule) { return finding.with(severity: .error) }
      return allowed.contains(finding.rule) ? finding.with(severity: .note) : finding
    }
  }
}

/// The options by which somebody says what single rules weigh.
package struct PermitOptions: ParsableArguments {
  @Option(
    name: .customLong("allow"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Treat findings of a rule as notes. (repeatable)", valueName: "rule", visibility: .rare),
    completion: .rules, transform: Rule.init(option:))
  package var allowed: [Rule] = []

  @Option(
    name: .customLong("deny"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Treat findings of a rule as errors. (repeatable)", valueName: "rule", visibility: .rare),
    completion: .rules, transform: Rule.init(option:))
  package var denied: [Rule] = []

  package init() {}

  package var permits: Permits { Permits(allowed: Set(allowed), denied: Set(denied)) }
}
