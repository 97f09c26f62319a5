package import PersistentMemory
import Synchronization

/// The condition of an NVDIMM that is plugged, for whoever asks or changes it: the guest's methods, a monitor, a CPU.
package final class HeldCondition: Sendable {
  private let condition: Mutex<DIMMCondition>
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
    self.condition = Mutex(condition)
    self.keep = keep
  }

  /// From now on `watcher` is told of each change.
  package func connect(_ watcher: @escaping @Sendable (_ old: DIMMCondition, _ new: DIMMCondition) -> Void) {
    self.watcher.withLock { $0 = watcher }
  }

  package var value: DIMMCondition { condition.withLock { $0 } }

  /// Lets `body` change it. The change is kept before anybody sees it; where it cannot be, there is none.
  package func change<Result: Sendable>(
    _ body: @Sendable (inout DIMMCondition) -> Result
  ) throws(StorageFailure) -> Result {
    let keep = keep
    let (result, old, new) = try condition.withLock { condition throws(StorageFailure) in
      let old = condition
      var new = condition
      let result = body(&new)
      if new != old { try keep(new, true) }
      condition = new
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
    try condition.withLock { condition throws(StorageFailure) in try keep(condition, false) }
  }

  /// Lets every call of `function` end with `status` from now on, or as it would where that is 0.
  package func fail(function: UInt32, status: UInt32) {
    failures.withLock { $0[function] = status == 0 ? nil : status }
  }

  func failure(of function: UInt32) -> UInt32? { failures.withLock { $0[function] } }
}
