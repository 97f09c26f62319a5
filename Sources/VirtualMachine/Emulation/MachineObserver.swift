import CLinux
import Firmware
package import QEMU
import Synchronization
import SystemPackage

/// A view of a machine for debugging and measuring: a line for each event of the selected topics, and counters. Any
/// thread may report an event; without an observer that costs almost nothing.
package final class MachineObserver: Sendable {
  private struct State: Sendable {
    var topics: Set<TraceTopic> = []
    var write: @Sendable (String) -> Void = { _ in }
    var counters = MachineCounters()
  }

  private let isWatching = Atomic(false)
  private let state = Mutex(State())
  private let start = ContinuousClock.now

  package init() {}

  /// Starts counting, and passes a line for each event of `topics` to `write`, one at a time.
  package func watch(_ topics: Set<TraceTopic>, write: @escaping @Sendable (String) -> Void) {
    state.withLock { state in
      state.topics = topics
      state.write = write
    }
    isWatching.store(true, ordering: .relaxed)
  }

  package var counters: MachineCounters { state.withLock { $0.counters } }

  /// Records that a CPU left the guest.
  func saw(_ exit: KVMExit, on processor: Int) {
    tell(.exits, "CPU \(processor): \(exit)") { $0.count(exit) }
  }

  /// Records an event; its text is evaluated only if `topic` is watched.
  func tell(
    _ topic: TraceTopic, _ event: @autoclosure () -> String, count: (inout MachineCounters) -> Void = { _ in }
  ) {
    guard isWatching.load(ordering: .relaxed) else { return }
    state.withLock { state in
      count(&state.counters)
      guard state.topics.contains(topic) else { return }
      let time = (ContinuousClock.now - start).components
      let microseconds = time.seconds * 1_000_000 + time.attoseconds / 1_000_000_000_000
      state.write("\(topic.rawValue): \(microseconds) us: \(event())")
    }
  }
}

/// A machine's events on their way from the CPUs' threads to the emulation's loop.
final class MachineEventQueue: Sendable {
  private let events = Mutex<[MachineEvent]>([])
  private let event: HostEvent

  init() throws(Errno) { event = try HostEvent() }

  /// Readable while there are events.
  var descriptor: FileDescriptor { event.descriptor }

  /// Adds `event`, unless it equals the last one that waits: a guest may cause any number of them.
  func add(_ event: MachineEvent) {
    events.withLock { events in
      switch (event, events.last) {
      case (.mediaErrorsChanged(let slot, _), .mediaErrorsChanged(let last, _)) where slot == last: events.removeLast()
      case (_, event): events.removeLast()
      default: break
      }
      if events.count < Self.limit { events.append(event) }
    }
    self.event.send()
  }

  /// The maximum number of waiting events.
  private static let limit = 4096

  /// Returns the events since the last call.
  func takeAll() -> [MachineEvent] {
    clinux_drain(event.descriptor.rawValue)
    return events.withLock { events in
      defer { events = [] }
      return events
    }
  }
}

/// The counters of a machine, over all its CPUs and lives.
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

  /// All counters, one per line.
  package var lines: [String] {
    let sum = exits.values.reduce(0, +)
    let causes = exits.sorted { $0.key < $1.key }.map { "exits, \($0.key): \($0.value)" }
    return ["exits: \(sum)"] + causes + ["label calls: \(labelCalls)", "flushes: \(flushes)"]
  }
}

extension KVMExit {
  /// The name of the counter for such exits.
  fileprivate var cause: String {
    switch self {
    case .portWrite: "port writes"
    case .portRead: "port reads"
    case .memoryWrite: "memory writes"
    case .memoryRead: "memory reads"
    case .interrupted: "interruptions"
    case .stepped: "single instructions"
    case .halted, .shutdown, .systemEvent, .entryFailed, .internalError, .unexpected: "endings"
    }
  }
}
