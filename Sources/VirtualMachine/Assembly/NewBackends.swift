import Glibc
import Synchronization
import SystemPackage

/// The files that were made for a machine that has not started: removed again unless it does.
package final class NewBackends: Sendable {
  private let paths = Mutex<[FilePath]>([])

  package init() {}

  func add(_ path: FilePath) { paths.withLock { $0.append(path) } }

  /// The machine runs: the files stay.
  package func keep() { paths.withLock { $0 = [] } }

  deinit {
    for path in paths.withLock({ $0 }) {
      // Safe: the text lives for the call.
      _ = unsafe path.withPlatformString { unsafe unlink($0) }
    }
  }
}
