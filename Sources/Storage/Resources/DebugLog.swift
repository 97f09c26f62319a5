import Basics
import Glibc
import SystemPackage

/// A log of the suite's steps on standard error if `VNVDIMM_LOG` is `debug`; otherwise nothing.
package enum DebugLog {
  /// Read once: the environment of a running program does not change.
  package static let isOn: Bool = {
    // Safe: the text ends with NUL and is compared at once.
    unsafe getenv("VNVDIMM_LOG").map { unsafe strcmp($0, "debug") == 0 } ?? false
  }()

  private static let start = ContinuousClock.now

  /// Writes the line `text` after the microseconds since the first line. Does not evaluate `text` if the log is off.
  package static func note(_ text: @autoclosure () -> String) {
    guard isOn else { return }
    let time = (ContinuousClock.now - start).components
    let microseconds = time.seconds * 1_000_000 + time.attoseconds / 1_000_000_000_000
    // If the log cannot be written, there is no place to report that.
    _ = try? FileDescriptor.standardError.writeAll("debug: \(microseconds) us: \(text().escapedForTerminal)\n".utf8)
  }
}
