import CLinux
import Glibc
import SystemPackage

/// A thread of its own, for work that blocks in the kernel; its owner waits for it once, with `join`.
final class JoinableThread: Sendable {
  private let thread: pthread_t

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts `body` on a new thread called `name` (at most 15 characters).
  init(name: String, _ body: @escaping @Sendable () -> Void) throws(Errno) {
    var thread = pthread_t()
    // Safe: the reference that is retained here is released by the new thread, or below where there is none.
    let passed = unsafe Unmanaged.passRetained(Body(body))
    let error = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument { unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, passed.toOpaque())
    guard error == 0 else {
      unsafe passed.release()
      throw Errno(rawValue: error)
    }
    unsafe clinux_name_thread(thread, name)
    self.thread = thread
  }

  /// Interrupts the thread by `signal` until its work is done. To be called once.
  ///
  /// More than once, because the signal may come just before the thread enters a call that blocks.
  func join(interruptingWith signal: Int32) {
    repeat { _ = pthread_kill(thread, signal) } while clinux_join_thread(thread, 20) == -ETIMEDOUT
  }
}
