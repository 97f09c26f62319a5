/// What the host may ask of a machine while an emulation runs it, across all its lives.
///
/// It belongs to the thread of the emulation's loop, as do all who watch it.
package final class MachineControl {
  package enum RunState: Equatable, Sendable {
    /// `-S`: no CPU has run yet.
    case prelaunch
    case running
    case paused
  }

  package private(set) var runState: RunState
  private var watchers: [(MachineEvent) -> Void] = []
  /// The machine of this life.
  package internal(set) var machine: Machine?
  /// Why the host wants this life to end, once it does.
  var request: EndingCause?

  /// With `startsPaused` the CPUs wait for `resume`.
  package init(startsPaused: Bool = false) { runState = startsPaused ? .prelaunch : .running }

  /// Lets `watcher` know of what happens from now on.
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

  /// Starts the guest anew, or ends the machine where it does not restart.
  package func reset() { request = request ?? .hostReset }

  package func quit() { request = .hostQuit }
}
