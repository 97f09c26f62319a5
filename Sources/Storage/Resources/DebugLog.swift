import Basics
import Glibc
import SystemPackage

/// What the suite does, step by step, on standard error where `VNVDIMM_LOG` is `debug`; nothing elsewhere.
package enum DebugLog {
  /// Read once: nobody changes the environment of a running program.
  package static let isOn: Bool = {
    // Safe: the text ends with NUL and is compared at once.
    unsafe getenv("VNVDIMM_LOG").map { unsafe strcmp($0, "debug") == 0 } ?? false
  }()

  private static let start = ContinuousClock.now

  /// Writes `text`, one line, behind the microseconds since the first one; it is not even made where nobody asked.
  package static func note(_ text: @autoclosure () -> String) {
    guard isOn else { return }
    let time = (ContinuousClock.now - start).components
    let microseconds = time.seconds * 1_000_000 + time.attoseconds / 1_000_000_000_000
    // A log that cannot be written is nobody's to report.
    _ = try? FileDescriptor.standardError.writeAll("debug: \(microseconds) us: \(text().escapedForTerminal)\n".utf8)
  }
}
