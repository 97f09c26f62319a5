import CLinux
import Glibc
package import SystemPackage

extension Backend {
  package enum Lock: Sendable {
    /// For a change of the backend: no other program of the suite may use it.
    case exclusive
    /// For a guest, which may share its memory with other guests.
    case shared
  }

  /// Opens and locks the backend at `path`. The result is measured under the lock and is the file that has the name
  /// then: the previous holder of the lock may have resized or replaced it.
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

  /// Opens the backend at `path` for a change. Throws if another process uses it, or, unless `allowsUnseenUsers`, if
  /// some processes cannot be examined.
  package static func unused(
    _ path: FilePath, _ access: Access = .readWrite, allowsUnseenUsers: Bool
  ) throws(BackendError) -> Backend {
    let backend = try locked(path, access, .exclusive)
    guard try backend.checkUnused() || allowsUnseenUsers else { throw BackendError(path, .usersUnseen) }
    return backend
  }

  /// Locks the backend, which is open for writing, for its only writing guest until it is closed. Never waits.
  ///
  /// Throws `inUse` if another guest of emulate, or QEMU using it as a disk, holds this lock. Does nothing on a file
  /// system without such locks.
  package func lockForWriting() throws(BackendError) {
    guard clinux_lock_for_writing(descriptor.rawValue) == -EAGAIN else { return }
    throw BackendError(path, .inUse(users().first?.description ?? "another guest"))
  }

  /// Locks the backend (flock) against other runs of the suite until it is closed. Never waits.
  ///
  /// Other programs, including QEMU, do not take this lock; `users()` finds them.
  package func lock(_ lock: Lock) throws(BackendError) {
    let answer = clinux_lock(descriptor.rawValue, lock == .exclusive)
    switch Errno(rawValue: -answer) {
    case _ where answer >= 0: return
    case .wouldBlock: throw BackendError(path, .inUse(users().first?.description ?? "another program of this suite"))
    case let errno: throw BackendError(path, .cannotOpen(errno))
    }
  }
}
