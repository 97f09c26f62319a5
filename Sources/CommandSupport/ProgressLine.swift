import Basics
import CLinux
import Glibc

/// The progress of a long task, on one line of standard error if that is a terminal; otherwise nothing.
package final class ProgressLine {
  private let isShown: Bool
  private let start: ContinuousClock.Instant
  private var last: ContinuousClock.Instant

  package init(silent: Bool = false) {
    isShown = !silent && isatty(STDERR_FILENO) == 1
    start = .now
    last = start
  }

  /// Shows that `done` of `total` bytes are done, at most ten times a second.
  package func show(_ done: UInt64, of total: UInt64) {
    guard isShown, total > 0, last.duration(to: .now) >= .milliseconds(100) else { return }
    last = .now
    put(ProgressText(done: done, total: total, elapsed: start.duration(to: last)))
  }

  /// Shows that `count` things are done, without a known total, and the rate.
  package func show(count: Int, of things: String) {
    guard isShown, last.duration(to: .now) >= .milliseconds(100) else { return }
    last = .now
    put(ProgressText(count: count, of: things, elapsed: start.duration(to: last)))
  }

  private func put(_ text: ProgressText) {
    // In the position after the last column, some terminals begin a new line.
    let width = max(1, Int(clinux_terminal_width(STDERR_FILENO)) - 1)
    StandardStream.replaceLine(with: text.fitting(width))
  }

  /// Removes the line.
  package func clear() {
    if isShown { StandardStream.replaceLine(with: "") }
  }
}
