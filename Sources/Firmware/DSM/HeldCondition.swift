package import PersistentMemory
import Synchronization

/// The condition of an NVDIMM that is plugged, for whoever asks or changes it: the guest's methods, a monitor, a CPU.
package final class HeldCondition: Sendable {
  private struct State: Sendable {
    var condition: DIMMCondition
    /// Whether its guest came to an end; nothing changes any more.
    var isOver = false
  }

  private let state: Mutex<State>
  /// What functions of `_DSM` answer though nothing is wrong, for tests of whoever calls them.
  private let failures = Mutex<[UInt32: UInt32]>([:])
  /// Keeps a condition for as long as the data of the NVDIMM, and whether a guest has it.
  private let keep: @Sendable (DIMMCondition, _ isInUse: Bool) throws(StorageFailure) -> Void
  private let watcher = Mutex<@Sendable (_ old: DIMMCondition, _ new: DIMMCondition) -> Void>({ _, _ in })

  package init(
    _ condition: DIMMCondition = DIMMCondition(),
    keep: @escaping @Sendable (DIMMCondition, _ isInUse: Bool) throws(StorageFailure) -> Void = {
      _, _ throws(StorageFailure) in
    }
  ) {
    state = Mutex(State(condition: condition))
    self.keep = keep
  }

  /// From now on `watcher` is told of each change.
  package func connect(_ watcher: @escaping @Sendable (_ old: DIMMCondition, _ new: DIMMCondition) -> Void) {
    self.watcher.withLock { $0 = watcher }
  }

  package var value: DIMMCondition { state.withLock { $0.condition } }

  /// Lets `body` change it. The change is kept before anybody sees it; where it cannot be, there is none.
  package func change<Result: Sendable>(
    _ body: @Sendable (inout DIMMCondition) -> Result
  ) throws(StorageFailure) -> Result {
    let keep = keep
    let (result, old, new) = try state.withLock { state throws(StorageFailure) in
      guard !state.isOver else { throw .failed }
      let old = state.condition
      var new = old
      let result = body(&new)
      if new != old { try keep(new, true) }
      state.condition = new
      return (result, old, new)
    }
    if new != old {
      let watch = watcher.withLock { $0 }
      watch(old, new)
    }
    return result
  }

  /// The guest came to its end, and what it wrote is kept: its power did not go unsafely.
  package func shutDown() throws(StorageFailure) {
    try state.withLock { state throws(StorageFailure) in
      try keep(state.condition, false)
      state.isOver = true
    }
  }

  /// Lets every call of `function` end with `status` from now on, or as it would where that is 0.
  package func fail(function: UInt32, status: UInt32) {
    failures.withLock { $0[function] = status == 0 ? nil : status }
  }

  func failure(of function: UInt32) -> UInt32? { failures.withLock { $0[function] } }
}
