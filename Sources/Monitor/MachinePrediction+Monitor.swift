import QEMU

/// A value that a monitor tells, under its name: to programs as it is, to people as a line.
typealias MonitorFact = (key: String, value: JSONValue)

extension MachinePrediction {
  /// What there is to tell of each backend, the guest's RAM last, as QEMU lists them.
  var backendFacts: [(id: String, facts: [MonitorFact])] {
    let present = backends.filter { !$0.isDeleted }.reversed()
    let added = present.filter { !$0.isMachineMemory } + present.filter(\.isMachineMemory)
    return added.map { ($0.option.backend.id, $0.option.backend.facts) }
  }
}

extension MachinePrediction.Backend {
  /// What no option describes is made for the machine itself.
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

extension MemoryDeviceInformation {
  /// All but the id.
  var facts: [MonitorFact] {
    let facts: [(String, JSONValue?)] = [
      ("addr", data.addr.map { JSONValue($0) }), ("slot", data.slot.map { .integer(Int64($0)) }),
      ("node", data.node.map { .integer(Int64($0)) }), ("memaddr", data.memaddr.map { JSONValue($0) }),
      ("size", JSONValue(data.size)), ("memdev", .text(data.memdev)),
      ("hotplugged", data.hotplugged.map { .boolean($0) }), ("hotpluggable", data.hotpluggable.map { .boolean($0) }),
    ]
    return facts.compactMap { key, value in value.map { (key, $0) } }
  }
}

extension JSONValue {
  /// An object whose members are in the order in which QEMU sends them.
  static func dictionary(_ facts: [MonitorFact]) -> JSONValue {
    .object(QEMUDictionary(facts).keysInOrder.compactMap { key in facts.first { $0.key == key } })
  }
}
