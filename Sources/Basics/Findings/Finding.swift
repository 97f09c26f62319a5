/// One thing that an examination found, in a form that scripts can rely on.
package struct Finding: Hashable, Sendable, Codable {
  package enum Severity: String, Sendable, Codable, CaseIterable, Comparable {
    /// Worth knowing; nothing is wrong.
    case note
    /// A harmless irregularity, or a danger that depends on what follows.
    case warning
    /// Data is hidden, lost or refused.
    case error

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// The stable id of the rule, such as `index-checksum`. Ids never change meaning.
  package let rule: String
  package private(set) var severity: Severity
  /// What is so: one sentence without a full stop, with the names of the specification.
  package let message: String
  /// The value found, where the rule compares two.
  package let stored: String?
  /// The value that the rule asks for.
  package let expected: String?
  /// Bytes from the start of the label area (label rules) or of the backend (all other rules).
  package let offset: UInt64?
  /// A command or an action that mends it.
  package private(set) var hint: String?

  /// The same with `hint`.
  package func with(hint: String) -> Finding {
    var finding = self
    finding.hint = hint
    return finding
  }

  /// The same with `severity`: what somebody has allowed is no error.
  package func with(severity: Severity) -> Finding {
    var finding = self
    finding.severity = severity
    return finding
  }

  package init(
    _ rule: some FindingRule, _ message: String, severity: Severity? = nil, stored: String? = nil,
    expected: String? = nil, offset: UInt64? = nil, hint: String? = nil
  ) {
    self.rule = rule.rawValue
    self.severity = severity ?? rule.severity
    self.message = message
    self.stored = stored
    self.expected = expected
    self.offset = offset
    self.hint = hint
  }
}

extension Finding: CustomStringConvertible {
  /// `error: label-checksum: slot 3 at 0x500: checksum differs (stored 0x1, expected 0x2)`
  package var description: String { "\(severity.rawValue): \(rule): \(fact)" }

  /// The message with what is there and what should be.
  package var fact: String {
    guard let stored, let expected else { return message }
    return "\(message) (stored \(stored), expected \(expected))"
  }
}

/// A family of rules: its cases are every finding that one part of the suite can report.
package protocol FindingRule: RawRepresentable<String>, CaseIterable, Sendable {
  /// The severity that the rule has unless a finding says otherwise.
  var severity: Finding.Severity { get }
}
