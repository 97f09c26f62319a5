/// The host's control over a machine while an emulation runs it, across all its lives.
///
/// It and all its watchers belong to the thread of the emulation's loop.
package final class MachineControl {
  package enum RunState: Equatable, Sendable {
    /// `-S` was given: no CPU has run yet.
    case prelaunch
    case running
    case paused
  }

  package private(set) var runState: RunState
  private var watchers: [(MachineEvent) -> Void] = []
  /// The machine of the current life.
  package internal(set) var machine: Machine?
  /// The reason for which the host wants this life to end, if it does.
  var request: EndingCause?

  /// With `startsPaused` the CPUs wait for `resume`.
  package init(startsPaused: Bool = false) { runState = startsPaused ? .prelaunch : .running }

  /// Calls `watcher` for all events from now on.
  package func watch(_ watcher: @escaping (MachineEvent) -> Void) { watchers.append(watcher) }

  package func announce(_ event: MachineEvent) { for watcher in watchers { watcher(event) } }

  package func pause() {
    guard runState == .running else { return }
    machine?.pause()
    runState = .paused
    announce(.stopped)
  }

  package func resume() {
    guard runState != .running else { return }
    runState = .running
    announce(.resumed)
    machine?.resume()
  }

  package func pressPowerButton() {
    machine?.pressPowerButton()
    announce(.powerButton)
  }

  /// Restarts the guest, or ends the machine if it does not restart.
  package func reset() { request = request ?? .hostReset }

  package func quit() { request = .hostQuit }
}
