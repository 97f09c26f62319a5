package import Basics

extension StandardStream {
  /// Writes `finding` about `subject` to standard error, as all programs do: `program: subject: fact`, then the hint.
  package static func diagnose(_ finding: Finding, of program: String, about subject: String) {
    diagnose("\(program): \(subject.asSubject): \(finding)")
    if let hint = finding.hintLine { diagnose(hint) }
  }
}
