import Firmware

/// How often a machine did what, over all its CPUs and lives.
package struct MachineCounters: Equatable, Sendable {
  private var exits: [String: Int] = [:]
  private var labelCalls = 0
  private var flushes = 0

  package init() {}

  mutating func count(_ exit: KVMExit) {
    exits[exit.cause, default: 0] += 1
    switch exit {
    case .portWrite(let access) where access.port == GuestPlatform.methodDoorbellPort: labelCalls += 1
    case .memoryWrite(let address, _, _) where GuestPlatform.flushHints.contains(address): flushes += 1
    default: break
    }
  }

  /// All counters, one a line.
  package var lines: [String] {
    let sum = exits.values.reduce(0, +)
    let causes = exits.sorted { $0.key < $1.key }.map { "exits, \($0.key): \($0.value)" }
    return ["exits: \(sum)"] + causes + ["label calls: \(labelCalls)", "flushes: \(flushes)"]
  }
}

extension KVMExit {
  /// What a counter of such exits is called.
  fileprivate var cause: String {
    switch self {
    case .portWrite: "port writes"
    case .portRead: "port reads"
    case .memoryWrite: "memory writes"
    case .memoryRead: "memory reads"
    case .interrupted: "interruptions"
    case .halted, .shutdown, .systemEvent, .entryFailed, .internalError, .unexpected: "endings"
    }
  }
}
