package import Basics
package import LabelChange
package import PersistentMemory
package import Storage

/// A reason to stop: what, where, expected, found, and what to type next.
///
/// Printed as `program: subject: fact`, then `hint: …` on a line of its own.
package struct CommandFailure: Error, Equatable, Sendable {
  package let status: ExitStatus
  /// The subject of the failure, a path or an option; `nil` if the fact names it.
  package let subject: String?
  package let fact: String
  package let hint: Hint?

  package init(_ status: ExitStatus, _ subject: String?, _ fact: String, hint: Hint? = nil) {
    self.status = status
    self.subject = subject
    self.fact = fact
    self.hint = hint
  }

  /// Replaces the hint of `failure` with `hint`, which the running program has to offer.
  package init(_ failure: CommandFailure, hint: Hint?) {
    self.init(failure.status, failure.subject, failure.fact, hint: hint)
  }
}

extension CommandFailure {
  /// Returns `program: subject: fact`.
  package func line(of program: String) -> String {
    [program, subject?.asSubject, fact.escapedForTerminal].compactMap(\.self).joined(separator: ": ")
  }

  /// Returns the document that `program` prints under `--json` when it fails.
  package func document(of program: String) -> JSONValue {
    let error = JSONValue(present: [
      ("program", .text(program)), ("subject", subject.map { .text($0) }), ("message", .text(fact)),
      ("hint", hint.map { .text($0.description) }), ("status", JSONValue(status.rawValue)),
    ])
    return .object([("format", JSONValue.format), ("error", error)])
  }
}

extension StandardStream {
  /// Writes `failure` to standard error, as all programs do.
  package static func diagnose(_ failure: CommandFailure, of program: String) {
    diagnose(failure.line(of: program))
    if let hint = failure.hint { diagnose(hint.asHintLine) }
  }
}

/// An error of a lower module, which carries facts, and which becomes a failure with an exit status here.
package protocol CommandFailureConvertible: Error {
  var commandFailure: CommandFailure { get }
}

extension CommandFailure: CommandFailureConvertible {
  package var commandFailure: CommandFailure { self }
}

extension HostDAXError: CommandFailureConvertible {
  package var commandFailure: CommandFailure { CommandFailure(.incomplete, nil, description, hint: hint) }
}

extension LabelAreaError {
  /// Returns the failure with the exit status that all programs use for it.
  package func failure(at path: String) -> CommandFailure { CommandFailure(.unsupported, path, description) }
}

extension MigrationRefusal {
  /// The exit status. Nonexistent slots, versions and sizes are usage errors; everything else is an unsafe change.
  package var status: ExitStatus {
    switch self {
    case .slot, .version, .geometry, .labelArea: .usage
    default: .damaged
    }
  }
}
