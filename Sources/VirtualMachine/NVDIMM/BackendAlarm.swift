import Synchronization

/// Tells the operator of a backend that fails, from whichever thread notices and as soon as it does.
package final class BackendAlarm: Sendable {
  private struct State: Sendable {
    var ring: @Sendable (BackendFailure) -> Void = { _ in }
    var last: BackendFailure?
  }

  private let state = Mutex(State())

  /// From now on failures go to `ring`.
  package func connect(_ ring: @escaping @Sendable (BackendFailure) -> Void) { state.withLock { $0.ring = ring } }

  /// Tells of `failure`, unless that was the last to be told of: a guest tries again and again.
  package func raise(_ failure: BackendFailure) {
    let ring = state.withLock { state in
      defer { state.last = failure }
      return state.last == failure ? nil : state.ring
    }
    ring?(failure)
  }

  /// What was wrong is mended: the same failure will be told of again.
  package func settle() { state.withLock { $0.last = nil } }
}
