import CLinux
import SystemPackage

extension Backend {
  package enum Lock: Sendable {
    /// For whoever changes the backend: nobody else of the suite may use it.
    case exclusive
    /// For a guest: it may share its memory with other guests.
    case shared
  }

  /// Locks the backend (flock) against other runs of the suite, until it is closed. Never waits.
  ///
  /// Other programs, QEMU among them, ask for no lock; `users()` finds those.
  package func lock(_ lock: Lock) throws(BackendError) {
    let answer = clinux_lock(descriptor.rawValue, lock == .exclusive)
    switch Errno(rawValue: -answer) {
    case _ where answer >= 0: return
    case .wouldBlock: throw BackendError(path, .inUse(users().first?.description ?? "another program of this suite"))
    case let errno: throw BackendError(path, .cannotOpen(errno))
    }
  }
}
