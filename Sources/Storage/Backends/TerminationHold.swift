import CLinux

/// While it lives, signals that ask the program to end wait: nothing is left half done.
///
/// A signal that came meanwhile acts when the hold goes, so that the program still ends by it.
package struct TerminationHold: ~Copyable {
  private let before = clinux_hold_termination()

  package init() {}

  /// Whether such a signal waits; never without a hold.
  package static var isEndRequested: Bool { clinux_termination_pending() }

  deinit { clinux_release_signals(before) }
}
