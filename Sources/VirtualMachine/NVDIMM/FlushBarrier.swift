import Synchronization
package import SystemPackage

/// Makes one backend durable for however many CPUs ask for it at once.
///
/// A synchronisation that began before a CPU asked may have missed what that CPU wrote; one that began later serves
/// all who waited meanwhile.
package final class FlushBarrier: Sendable {
  private struct Last: Sendable {
    /// The number of the last synchronisation that ended, from 1 on.
    var number: UInt64 = 0
    var failure: Errno?
  }

  /// The number of the last synchronisation that began.
  private let begun = Atomic<UInt64>(0)
  private let last = Mutex(Last())
  private let lost = Mutex<Errno?>(nil)

  package init() {}

  /// Why something was not made durable once. The host tells of it that one time, and drops what it could not write.
  package var loss: Errno? { lost.withLock { $0 } }

  /// Returns when a call of `synchronise` that began after this one has ended well; throws what that one threw.
  package func pass(_ synchronise: () throws(Errno) -> Void) throws(Errno) {
    let seen = begun.load(ordering: .sequentiallyConsistent)
    let failure: Errno? = last.withLock { last in
      guard last.number <= seen else { return last.failure }
      last.number = begun.add(1, ordering: .sequentiallyConsistent).newValue
      do throws(Errno) {
        try synchronise()
        last.failure = nil
      } catch { last.failure = error }
      return last.failure
    }
    guard let failure else { return }
    lost.withLock { $0 = $0 ?? failure }
    throw failure
  }
}
