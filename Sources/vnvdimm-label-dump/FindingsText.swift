import Basics

extension [Finding] {
  /// All of them for people, with where each is and what mends it.
  var listing: [String] {
    var lines: [String] = []
    if allSatisfy({ $0.severity == .note }) { lines.append("nothing wrong found") }
    for finding in self {
      lines.append(finding.description + (finding.offset.map { " at \($0.hex)" } ?? ""))
      if let hint = finding.hintLine { lines.append("  \(hint)") }
    }
    return lines
  }

  /// How much `listing` would have to say.
  var summary: String {
    let worse = filter { $0.severity > .note }
    guard !worse.isEmpty else { return "" }
    let errors = worse.count { $0.severity == .error }
    return "\n\nerrors: \(errors), warnings: \(worse.count - errors); --verify tells them"
  }
}
