import Basics
import QEMU

/// A named value that a monitor reports: to programs as it is, to people as a line.
typealias MonitorFact = (key: String, value: JSONValue)

extension MachinePrediction {
  /// The facts about each backend, with the guest's RAM last, as QEMU lists them.
  var backendFacts: [(id: String, facts: [MonitorFact])] {
    let present = backends.filter { !$0.isDeleted }.reversed()
    let added = present.filter { !$0.isMachineMemory } + present.filter(\.isMachineMemory)
    return added.map { ($0.option.backend.id, $0.option.backend.facts) }
  }
}

extension MachinePrediction.Backend {
  /// Whether it was made for the machine itself: no option describes it.
  fileprivate var isMachineMemory: Bool { option.backend.id == "pc.ram" && location == .nowhere && !isHotplugged }
}

extension MemoryBackend {
  fileprivate var facts: [MonitorFact] {
    [
      ("size", JSONValue(size ?? 0)), ("merge", .boolean(mayBeMerged)), ("dump", .boolean(isDumped)),
      ("prealloc", .boolean(isPreallocated)), ("share", .boolean(isShared)), ("reserve", .boolean(reservesSwap)),
      ("policy", .text("default")),
    ]
  }
}
