/// One thing that an examination found, in a form that scripts can rely on.
public struct Finding: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Sendable, CaseIterable, Comparable {
    /// Worth knowing; nothing is wrong.
    case note
    /// A harmless irregularity, or a danger that depends on what follows.
    case warning
    /// Data is hidden, lost or refused.
    case error

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// The rule that the finding is about.
  public let rule: Rule
  /// How bad it is.
  public private(set) var severity: Severity
  /// What is so: one sentence without a full stop, with the names of the specification.
  public let message: String
  /// The value found, where the rule compares two.
  public let stored: String?
  /// The value that the rule asks for.
  public let expected: String?
  /// Bytes from the start of the label area (label rules) or of the backend (all other rules).
  public let offset: UInt64?
  /// What mends it, whoever asks.
  package private(set) var remedy: Hint?
  /// What a start can change about itself so that the finding is gone.
  package private(set) var settings: [StartSetting]

  /// What to type so that the finding is gone: what mends it, or the settings as QEMU's options.
  public var hint: String? { (remedy ?? (settings.isEmpty ? nil : .options(settings.options)))?.description }

  /// This finding with `hint`; nil where nothing is to be typed.
  package func with(hint: Hint?) -> Finding {
    var finding = self
    finding.remedy = hint
    return finding
  }

  /// This finding where no option of a start makes it go away.
  package var withoutSettings: Finding {
    var finding = self
    finding.settings = []
    return finding
  }

  /// This finding, as grave as `severity` says.
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
  /// The finding with `path`, what it is about; what does not apply is left out.
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

  /// The line with what to type, below the finding; nil where there is nothing to type.
  package var hintLine: String? { hint?.asHintLine }

  /// The message with what is there and what should be.
  public var fact: String {
    guard let stored, let expected else { return message }
    return "\(message) (stored \(stored), expected \(expected))"
  }
}

/// A family of rules: its cases are every finding that one part of the suite can report.
package protocol FindingRule: RawRepresentable<String>, CaseIterable, Sendable {
  /// The severity that the rule has unless a finding says otherwise.
  var severity: Finding.Severity { get }
  /// What is said about the rule, by programs and by the manual.
  var explanation: Explanation { get }
  /// Where the manual has the rule.
  var chapter: RuleChapter { get }
}

/// A rule that findings report: a case of one of the families, whichever that is.
public struct Rule: Sendable {
  /// The stable id, such as `index-checksum`. Ids never change meaning.
  public let id: String
  /// The severity of a finding that says nothing else.
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
