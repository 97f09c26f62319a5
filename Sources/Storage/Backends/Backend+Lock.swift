import CLinux
import Glibc
package import SystemPackage

extension Backend {
  package enum Lock: Sendable {
    /// For whoever changes the backend: nobody else of the suite may use it.
    case exclusive
    /// For a guest: it may share its memory with other guests.
    case shared
  }

  /// Opens the backend at `path` and locks it; it is measured once it is locked, and is then what has the name: whoever
  /// had the lock before may have changed the one or the other.
  package static func locked(
    _ path: FilePath, _ access: Access = .readOnly, _ lock: Lock
  ) throws(BackendError) -> Backend {
    for _ in 0..<16 {
      let opened = try Backend(path: path, access: access)
      try opened.lock(lock)
      let backend = try opened.measured()
      if let status = try? path.stat(), BackendIdentity(of: status, kind: backend.kind) == backend.identity {
        return backend
      }
    }
    throw BackendError(path, .inUse("a program that replaces it again and again"))
  }

  /// Opens the backend at `path` for a change, when nobody else has it; `allowsUnseenUsers` where it does not matter
  /// that some processes cannot be looked into.
  package static func unused(
    _ path: FilePath, _ access: Access = .readWrite, allowsUnseenUsers: Bool
  ) throws(BackendError) -> Backend {
    let backend = try locked(path, access, .exclusive)
    guard try backend.checkUnused() || allowsUnseenUsers else { throw BackendError(path, .usersUnseen) }
    return backend
  }

  /// Locks the backend, which is open for writing, for the only guest that writes to it, until it is closed. Never waits.
  ///
  /// Throws `inUse` where another guest of emulate's has it so, or QEMU as a disk. A file system without such locks has
  /// none to offer.
  package func lockForWriting() throws(BackendError) {
    guard clinux_lock_for_writing(descriptor.rawValue) == -EAGAIN else { return }
    throw BackendError(path, .inUse(users().first?.description ?? "another guest"))
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
