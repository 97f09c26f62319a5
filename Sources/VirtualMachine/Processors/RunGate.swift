import Glibc
import Synchronization

/// The gate that every CPU passes before it runs guest code: while it is closed, the CPUs wait.
@safe final class RunGate: @unchecked Sendable {
  private let isClosed: Atomic<Bool>
  // Both live as long as this object, at one address.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// Accessed only with the lock held.
  private var waiting = 0

  init(isClosed: Bool) {
    self.isClosed = Atomic(isClosed)
    // Safe: the memory was allocated for them and is not shared yet.
    unsafe pthread_mutex_init(lock, nil)
    unsafe pthread_cond_init(changed, nil)
  }

  deinit {
    // Safe: no thread waits, because each waiting thread holds a reference.
    unsafe pthread_cond_destroy(changed)
    unsafe pthread_mutex_destroy(lock)
    unsafe changed.deallocate()
    unsafe lock.deallocate()
  }

  /// Returns at once if the gate is open, otherwise when it opens.
  func pass() {
    guard isClosed.load(ordering: .acquiring) else { return }
    withLock {
      waiting += 1
      // Safe: the lock is held.
      while isClosed.load(ordering: .acquiring) { unsafe pthread_cond_wait(changed, lock) }
      waiting -= 1
    }
  }

  func close() { isClosed.store(true, ordering: .releasing) }

  func open() {
    withLock {
      isClosed.store(false, ordering: .releasing)
      // Safe: the condition variable exists.
      unsafe pthread_cond_broadcast(changed)
    }
  }

  /// The number of waiting CPUs.
  var waiters: Int { withLock { waiting } }

  private func withLock<Result>(_ body: () -> Result) -> Result {
    // Safe: the lock exists as long as this object.
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    return body()
  }
}
