import CommandSupport

/// How many paths of a fleet came to which status.
struct FleetTally {
  private(set) var count = 0
  /// The gravest of all.
  private(set) var status = ExitStatus.done
  private var counts: [ExitStatus: Int] = [:]

  mutating func add(_ status: ExitStatus) {
    count += 1
    counts[status, default: 0] += 1
    self.status = self.status.graver(status)
  }

  /// `3 paths: 2 consistent, 1 damaged or refused`
  var text: String {
    let words: [(ExitStatus, String)] = [
      (.done, "consistent"), (.irregular, "irregular"), (.unsupported, "not a backend"), (.incomplete, "not examined"),
      (.damaged, "damaged or refused"),
    ]
    let parts = words.compactMap { status, word in counts[status].map { "\($0) \(word)" } }
    return "\(count) \(count == 1 ? "path" : "paths"): \(parts.joined(separator: ", "))"
  }
}
