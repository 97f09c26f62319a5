package import QEMU
import Synchronization

/// What somebody who looks for a fault, or measures, sees of a machine: a line for each event of the topics asked
/// for, and counters. Any thread may tell it something; where nobody watches, that costs next to nothing.
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

  /// Counts from now on, and gives a line for each event of `topics` to `write`, one at a time.
  package func watch(_ topics: Set<TraceTopic>, write: @escaping @Sendable (String) -> Void) {
    state.withLock { state in
      state.topics = topics
      state.write = write
    }
    isWatching.store(true, ordering: .relaxed)
  }

  package var counters: MachineCounters { state.withLock { $0.counters } }

  /// A CPU left the guest.
  func saw(_ exit: KVMExit, on processor: Int) {
    tell(.exits, "CPU \(processor): \(exit)") { $0.count(exit) }
  }

  /// Something happened; its text is made only where somebody asked for `topic`.
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
