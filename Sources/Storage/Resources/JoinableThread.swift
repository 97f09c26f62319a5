import CLinux
import Glibc
package import SystemPackage

/// A thread of its own, for work that blocks in the kernel; its owner waits for it once, with `join`.
package final class JoinableThread: Sendable {
  private let thread: pthread_t

  private final class Body: Sendable {
    private let name: String
    private let work: @Sendable () -> Void

    init(_ name: String, _ work: @escaping @Sendable () -> Void) {
      self.name = name
      self.work = work
    }

    func run() {
      // Before anything else: whoever sees what the work does can find the thread.
      unsafe clinux_name_thread(pthread_self(), name)
      work()
    }
  }

  /// Starts `body` on a new thread called `name` (at most 15 characters).
  package init(name: String, _ body: @escaping @Sendable () -> Void) throws(Errno) {
    var thread = pthread_t()
    // Safe: the reference that is retained here is released by the new thread, or below where there is none.
    let passed = unsafe Unmanaged.passRetained(Body(name, body))
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
    self.thread = thread
  }

  /// Interrupts the call in which the thread is. Not to be called once it was joined.
  package func interrupt(with signal: Int32) { _ = pthread_kill(thread, signal) }

  /// Interrupts `threads` by `signal` until the work of all is done. To be called once.
  ///
  /// More than once, because the signal may come just before a thread enters a call that blocks; all of them in each
  /// round, because one may wait for what another holds.
  package static func join(_ threads: [JoinableThread], interruptingWith signal: Int32) {
    var running = threads
    while !running.isEmpty {
      for thread in running { _ = pthread_kill(thread.thread, signal) }
      // A round waits for the first and asks the others.
      running = running.enumerated().filter { !$1.isJoined(within: $0 == 0 ? 20 : 0) }.map(\.element)
    }
  }

  /// Waits until the thread has ended. To be called once, and not with the other `join`.
  package func join() { _ = pthread_join(thread, nil) }

  /// Waits until the thread has ended, for at most so many milliseconds; answers whether it has.
  private func isJoined(within milliseconds: Int32) -> Bool {
    clinux_join_thread(thread, milliseconds) != -ETIMEDOUT
  }
}
