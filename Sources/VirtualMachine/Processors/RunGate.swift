import Glibc
import Synchronization

/// The gate through which every CPU enters the guest: while it is closed, the CPUs wait.
///
/// It is closed while the host pauses the machine, and while a thread needs the guest to stand still.
@safe final class RunGate: @unchecked Sendable {
  private let isClosed: Atomic<Bool>
  /// The number of CPUs in the guest.
  private let inside = Atomic(0)
  // Both live as long as this object, at one address.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// Accessed only with the lock held.
  private var waiting = 0
  /// Accessed only with the lock held.
  private var isPaused: Bool
  /// Accessed only with the lock held.
  private var isHeld = false
  /// One thread at a time holds the guest.
  private let turn = Mutex(())

  init(isClosed: Bool) {
    self.isClosed = Atomic(isClosed)
    isPaused = isClosed
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

  /// Enters the guest, at once if the gate is open, otherwise when it opens.
  func enter() {
    while true {
      // In this order, so that a thread that closes the gate either counts this CPU or keeps it out.
      inside.add(1, ordering: .sequentiallyConsistent)
      guard isClosed.load(ordering: .sequentiallyConsistent) else { return }
      leave()
      withLock {
        waiting += 1
        // Safe: the lock is held.
        while isClosed.load(ordering: .acquiring) { unsafe pthread_cond_wait(changed, lock) }
        waiting -= 1
      }
    }
  }

  /// Leaves the guest.
  func leave() { inside.subtract(1, ordering: .sequentiallyConsistent) }

  func close() { set { isPaused = true } }

  func open() { set { isPaused = false } }

  /// Runs `body` while no CPU is in the guest. `interrupt` makes those that are leave it; the caller is not.
  func hold<Result, Failure>(
    interrupting interrupt: () -> Void, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try turn.withLock { _ throws(Failure) in
      set { isHeld = true }
      defer { set { isHeld = false } }
      while inside.load(ordering: .sequentiallyConsistent) > 0 {
        interrupt()
        usleep(50)
      }
      return try body()
    }
  }

  /// Applies `change`, and lets the CPUs in if the gate is open after it.
  private func set(_ change: () -> Void) {
    withLock {
      change()
      isClosed.store(isPaused || isHeld, ordering: .sequentiallyConsistent)
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
