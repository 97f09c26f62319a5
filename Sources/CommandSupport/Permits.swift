package import ArgumentParser
package import Basics

/// Rules that weigh less, or more, than by default.
package struct Permits: Sendable {
  package var allowed: Set<Rule> = []
  /// The rules that weigh more. They take precedence over `allowed`.
  package var denied: Set<Rule> = []

  package init(allowed: Set<Rule> = [], denied: Set<Rule> = []) {
    self.allowed = allowed
    self.denied = denied
  }

  /// Returns `findings` with their severities adjusted.
  package func weighed(_ findings: [Finding]) -> [Finding] {
    guard !allowed.isEmpty || !denied.isEmpty else { return findings }
    return findings.map { finding in
      if denied.contains(finding.rule) { return finding.with(severity: .error) }
      return allowed.contains(finding.rule) ? finding.with(severity: .note) : finding
    }
  }
}

/// The options that set the weight of single rules.
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
