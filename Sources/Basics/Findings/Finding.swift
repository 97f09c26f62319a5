/// One result of an examination, in a form that scripts can rely on.
public struct Finding: Hashable, Sendable {
  /// The severity of a finding.
  public enum Severity: String, Sendable, CaseIterable, Comparable {
    /// Worth knowing, but no problem.
    case note
    /// A harmless irregularity, or a danger that depends on later actions.
    case warning
    /// Data is hidden, lost or refused.
    case error

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// The rule that the finding reports.
  public let rule: Rule
  /// The severity of the finding.
  public private(set) var severity: Severity
  /// The fact: one sentence without a full stop, with the terms of the specification.
  public let message: String
  /// The value that was found, if the rule compares two values.
  public let stored: String?
  /// The value that the rule requires.
  public let expected: String?
  /// The offset in bytes from the start of the label area (label rules) or of the backend (all other rules).
  public let offset: UInt64?
  /// The remedy, if it does not depend on the user's tool.
  package private(set) var remedy: Hint?
  /// The settings of a start that make the finding go away.
  package private(set) var settings: [StartSetting]

  /// The text to type so that the finding goes away: the remedy, or the settings as QEMU's options.
  public var hint: String? { (remedy ?? (settings.isEmpty ? nil : .options(settings.options)))?.description }

  /// Returns this finding with `hint` as its remedy; `nil` removes the remedy.
  package func with(hint: Hint?) -> Finding {
    var finding = self
    finding.remedy = hint
    return finding
  }

  /// This finding without settings, for when no option of a start makes it go away.
  package var withoutSettings: Finding {
    var finding = self
    finding.settings = []
    return finding
  }

  /// Returns this finding with another severity.
  package func with(severity: Severity) -> Finding {
    var finding = self
    finding.severity = severity
    return finding
  }

  package init(
    _ rule: some FindingRule, _ message: String, severity: Severity? = nil, stored: String? = nil,
    expected: String? = nil, offset: UInt64? = nil, hint: Hint? = nil, settings: [StartSetting] = []
  ) {
    self.rule = Rule(rule)
    self.severity = severity ?? rule.severity
    self.message = message
    self.stored = stored
    self.expected = expected
    self.offset = offset
    remedy = hint
    self.settings = settings
  }
}

extension Finding {
  /// Returns the finding as JSON, with `path` as its subject; members without a value are omitted.
  package func json(about path: String) -> JSONValue {
    JSONValue(present: [
      ("path", .text(path)), ("rule", .text(rule.id)), ("severity", .text(severity.rawValue)),
      ("message", .text(message)), ("stored", stored.map { .text($0) }), ("expected", expected.map { .text($0) }),
      ("offset", offset.map { JSONValue($0) }), ("hint", hint.map { .text($0) }),
    ])
  }
}

extension Finding: CustomStringConvertible {
  /// `error: label-checksum: slot 3 at 0x500: checksum differs (stored 0x1, expected 0x2)`
  public var description: String { "\(severity.rawValue): \(rule.id): \(fact.escapedForTerminal)" }

  /// The hint line below the finding; `nil` if there is nothing to type.
  package var hintLine: String? { hint?.asHintLine }

  /// The message, with the stored and expected values if there are both.
  public var fact: String {
    guard let stored, let expected else { return message }
    return "\(message) (stored \(stored), expected \(expected))"
  }
}

/// A family of rules: its cases are all findings that one part of the suite can report.
package protocol FindingRule: RawRepresentable<String>, CaseIterable, Sendable {
  /// The severity of the rule unless a finding overrides it.
  var severity: Finding.Severity { get }
  /// The explanation that programs and the manual give.
  var explanation: Explanation { get }
  /// The chapter of the manual that contains the rule.
  var chapter: RuleChapter { get }
}

/// A rule that findings report: a case of any of the families.
public struct Rule: Sendable {
  /// The stable id, such as `index-checksum`. The meaning of an id never changes.
  public let id: String
  /// The severity of a finding that does not override it.
  public let severity: Finding.Severity

  package init(_ rule: some FindingRule) {
    id = rule.rawValue
    severity = rule.severity
  }

  package static func == (left: Rule, right: some FindingRule) -> Bool { left.id == right.rawValue }
  package static func != (left: Rule, right: some FindingRule) -> Bool { left.id != right.rawValue }
}

extension Rule: Hashable {
  public static func == (left: Rule, right: Rule) -> Bool { left.id == right.id }
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
