import Synchronization

/// Tells the operator of a backend that fails, from whichever thread notices and as soon as it does.
package final class BackendAlarm: Sendable {
  private struct State: Sendable {
    var ring: @Sendable (BackendFailure) -> Void = { _ in }
    /// When each was raised last.
    var raised: [BackendFailure: ContinuousClock.Instant] = [:]
  }

  private let state = Mutex(State())
  /// A failure that is not raised for so long was mended, and is told again when it comes back.
  private let quiet: Duration

  package init(quiet: Duration = .seconds(10)) { self.quiet = quiet }

  /// From now on failures go to `ring`.
  package func connect(_ ring: @escaping @Sendable (BackendFailure) -> Void) { state.withLock { $0.ring = ring } }

  /// Tells of `failure`, unless that was told and goes on: a guest tries again and again, with all its NVDIMMs.
  package func raise(_ failure: BackendFailure) {
    let now = ContinuousClock.now
    let ring = state.withLock { state in
      let last = state.raised.updateValue(now, forKey: failure)
      return last.map { now - $0 < quiet } == true ? nil : state.ring
    }
    ring?(failure)
  }
}
