import Glibc
import Storage
import Synchronization
package import SystemPackage

/// The host's end of the serial port: where the guest's output goes and where its input comes from.
package final class HostConsole: Sendable {
  private let output: FileDescriptor?
  let input: FileDescriptor?
  /// What messages call the output.
  package let outputName: String
  /// Whether keys behind Ctrl-A are commands.
  let hasEscape: Bool
  /// Whether the guest goes on where its output is lost, as what goes to standard error may be.
  private let mayBeLost: Bool
  private let failure = Mutex<Errno?>(nil)

  /// Nil for what is not connected.
  package init(
    input: FileDescriptor? = nil, output: FileDescriptor?, outputName: String = "standard output",
    hasEscape: Bool = false, mayBeLost: Bool = false
  ) {
    self.input = input
    self.output = output
    self.outputName = outputName
    self.hasEscape = hasEscape
    self.mayBeLost = mayBeLost
  }

  /// Why output is lost, once it is: nobody reads it any more, or the disk is full.
  package var outputFailure: Errno? { mayBeLost ? nil : failure.withLock { $0 } }

  /// Takes a byte from the guest, on the thread of the CPU that sends it. False from the first failure on, where that
  /// matters.
  ///
  /// A reader that stalls holds up the caller, until a signal interrupts it where `isAbandoned` holds, and nobody
  /// else: no lock is held.
  package func send(_ byte: UInt8, unless isAbandoned: () -> Bool) -> Bool {
    guard let output else { return true }
    guard failure.withLock({ $0 == nil }) else { return mayBeLost }
    while true {
      do {
        try output.write(byte)
        return true
      } catch .interrupted {
        // A machine that is being ended waits for no reader; one that pauses loses nothing.
        if isAbandoned() { return true }
      } catch {
        failure.withLock { $0 = $0 ?? error }
        return mayBeLost
      }
    }
  }
}

extension FileDescriptor {
  /// Writes `byte`, and waits for room where the file does not wait by itself (O_NONBLOCK).
  fileprivate func write(_ byte: UInt8) throws(Errno) {
    while true {
      do {
        // Safe: the buffer is the value's own, for the call.
        _ = try unsafe withUnsafeBytes(of: byte) { try unsafe write($0, retryOnInterrupt: false) }
        return
      } catch Errno.wouldBlock {
        var polled = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        // Safe: one element, as the call is told.
        guard unsafe poll(&polled, 1, -1) >= 0 else { throw Errno(rawValue: errno) }
      } catch {
        throw Errno(error)
      }
    }
  }
}
