package import PersistentMemory
import Synchronization

/// The condition of a plugged NVDIMM, shared by the guest's methods, the monitors and the CPUs.
package final class HeldCondition: Sendable {
  private struct State: Sendable {
    var condition: DIMMCondition
    /// Whether its guest has ended; then nothing changes any more.
    var isOver = false
  }

  private let state: Mutex<State>
  /// Statuses with which functions of `_DSM` fail on request, to test their callers.
  private let failures = Mutex<[UInt32: UInt32]>([:])
  /// Keeps a condition as long as the data of the NVDIMM, together with whether a guest uses it.
  private let keep: @Sendable (DIMMCondition, _ isInUse: Bool) throws(StorageFailure) -> Void
  private let watcher = Mutex(Watcher { _, _ in })

  /// In a struct: a closure that is itself the value of a mutex gets another wrapper each time it is read.
  private struct Watcher {
    let tell: @Sendable (_ old: DIMMCondition, _ new: DIMMCondition) -> Void
  }

  package init(
    _ condition: DIMMCondition = DIMMCondition(),
    keep: @escaping @Sendable (DIMMCondition, _ isInUse: Bool) throws(StorageFailure) -> Void = {
      _, _ throws(StorageFailure) in
    }
  ) {
    state = Mutex(State(condition: condition))
    self.keep = keep
  }

  /// Calls `watcher` for each change from now on.
  package func connect(_ watcher: @escaping @Sendable (_ old: DIMMCondition, _ new: DIMMCondition) -> Void) {
    self.watcher.withLock { $0 = Watcher(tell: watcher) }
  }

  package var value: DIMMCondition { state.withLock { $0.condition } }

  /// Changes the condition with `body`. The change is kept before it becomes visible; if it cannot be kept, there is no
  /// change.
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
      let watcher = watcher.withLock { $0 }
      watcher.tell(old, new)
    }
    return result
  }

  /// Records that the guest has ended and its writes are durable, so this is no unsafe shutdown.
  package func shutDown() throws(StorageFailure) {
    try state.withLock { state throws(StorageFailure) in
      try keep(state.condition, false)
      state.isOver = true
    }
  }

  /// Makes every call of `function` return `status` from now on; 0 restores its own status.
  package func fail(function: UInt32, status: UInt32) {
    failures.withLock { $0[function] = status == 0 ? nil : status }
  }

  func failure(of function: UInt32) -> UInt32? { failures.withLock { $0[function] } }
}
