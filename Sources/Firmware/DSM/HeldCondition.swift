package import PersistentMemory
import Synchronization

/// The condition of an NVDIMM that is plugged, for whoever asks or changes it: the guest's methods, a monitor, a CPU.
package final class HeldCondition: Sendable {
  private let condition: Mutex<DIMMCondition>
  /// What functions of `_DSM` answer though nothing is wrong, for tests of whoever calls them.
  private let failures = Mutex<[UInt32: UInt32]>([:])
  /// Keeps a condition for as long as the data of the NVDIMM.
  private let keep: @Sendable (DIMMCondition) throws(StorageFailure) -> Void

  package init(
    _ condition: DIMMCondition = DIMMCondition(),
    keep: @escaping @Sendable (DIMMCondition) throws(StorageFailure) -> Void = { _ throws(StorageFailure) in }
  ) {
    self.condition = Mutex(condition)
    self.keep = keep
  }

  package var value: DIMMCondition { condition.withLock { $0 } }

  /// Lets `body` change it. The change is kept before anybody sees it; where it cannot be, there is none.
  package func change<Result: Sendable>(
    _ body: @Sendable (inout DIMMCondition) -> Result
  ) throws(StorageFailure) -> Result {
    let keep = keep
    return try condition.withLock { condition throws(StorageFailure) in
      var changed = condition
      let result = body(&changed)
      if changed != condition { try keep(changed) }
      condition = changed
      return result
    }
  }

  /// Lets every call of `function` end with `status` from now on, or as it would where that is 0.
  package func fail(function: UInt32, status: UInt32) {
    failures.withLock { $0[function] = status == 0 ? nil : status }
  }

  func failure(of function: UInt32) -> UInt32? { failures.withLock { $0[function] } }
}
