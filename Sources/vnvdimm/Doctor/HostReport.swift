import CommandSupport

/// What this host offers to the suite.
struct HostReport: Encodable {
  let format = 1
  let host: [HostFact]

  init() {
    host =
      [HostFact.acceleration, HostFact.emulator, HostFact.kernel] + HostFact.guestPrograms
      + [HostFact.persistentMemory]
  }

  private enum CodingKeys: String, CodingKey { case format, host }

  var isComplete: Bool { !host.contains { $0.state == .missing } }

  /// A line for each fact, and below it what to type.
  var text: String {
    host.flatMap { fact in
      let state = fact.state == .missing ? "missing" : fact.state == .limited ? "limited" : "ready"
      let line = "\(fact.name.padded(to: 10)) \(state.padded(to: 8)) \(fact.fact)"
      return [line] + (fact.command.map { [String(repeating: " ", count: 20) + $0] } ?? [])
    }.joined(separator: "\n")
  }
}
