import CLinux
import Glibc
package import SystemPackage

/// A thread for work that blocks in the kernel. Its owner waits for it once, with `join`.
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
      // First, so that the thread can be found by name once its work has visible effects.
      unsafe clinux_name_thread(pthread_self(), name)
      work()
    }
  }

  /// Starts `body` on a new thread called `name` (at most 15 characters).
  package init(name: String, _ body: @escaping @Sendable () -> Void) throws(Errno) {
    var thread = pthread_t()
    // Safe: the new thread releases the reference that is retained here, or the code below does if there is no thread.
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

  /// Interrupts the thread's current system call. Must not be called after `join`.
  package func interrupt(with signal: Int32) { _ = pthread_kill(thread, signal) }

  /// Interrupts `threads` with `signal` until all have ended. To be called once.
  ///
  /// The signal is repeated because it may arrive just before a thread enters a call that blocks. Each round interrupts
  /// all threads, because one may wait for what another holds.
  package static func join(_ threads: [JoinableThread], interruptingWith signal: Int32) {
    var running = threads
    while !running.isEmpty {
      for thread in running { _ = pthread_kill(thread.thread, signal) }
      // Each round waits for the first thread and only polls the others.
      running = running.enumerated().filter { !$1.isJoined(within: $0 == 0 ? 20 : 0) }.map(\.element)
    }
  }

  /// Waits until the thread has ended. To be called once, and not together with the other `join`.
  package func join() { _ = pthread_join(thread, nil) }

  /// Waits at most `milliseconds` for the thread to end; returns whether it has.
  private func isJoined(within milliseconds: Int32) -> Bool {
    clinux_join_thread(thread, milliseconds) != -ETIMEDOUT
  }
}
