import Glibc
import Storage
import Synchronization
package import SystemPackage

/// The host's end of the serial port: the destination of the guest's output and the source of its input.
package final class HostConsole: Sendable {
  private let output: FileDescriptor?
  let input: FileDescriptor?
  /// The name of the output in messages.
  package let outputName: String
  /// Whether keys after Ctrl-A are commands.
  let hasEscape: Bool
  /// Whether the guest continues if its output is lost, as it may on standard error.
  private let mayBeLost: Bool
  private let failure = Mutex<Errno?>(nil)

  /// Pass `nil` for an end that is not connected.
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

  /// Why output was lost, if it was: its reader is gone, or the disk is full.
  package var outputFailure: Errno? { mayBeLost ? nil : failure.withLock { $0 } }

  /// Writes a byte from the guest, on the thread of the CPU that sends it. Returns false from the first failure on,
  /// unless output may be lost.
  ///
  /// A reader that stalls holds up only the caller, because no lock is held; if `isAbandoned` is true, a signal ends
  /// the wait.
  package func send(_ byte: UInt8, unless isAbandoned: () -> Bool) -> Bool {
    guard let output else { return true }
    guard failure.withLock({ $0 == nil }) else { return mayBeLost }
    while true {
      do {
        try output.write(byte)
        return true
      } catch .interrupted {
        // A machine that is ending does not wait for readers; one that pauses loses no output.
        if isAbandoned() { return true }
      } catch {
        failure.withLock { $0 = $0 ?? error }
        return mayBeLost
      }
    }
  }
}

extension FileDescriptor {
  /// Writes `byte`. If the file does not block (O_NONBLOCK), waits for room.
  fileprivate func write(_ byte: UInt8) throws(Errno) {
    while true {
      do {
        // Safe: the buffer is that of the value, and lives for the call.
        _ = try unsafe withUnsafeBytes(of: byte) { try unsafe write($0, retryOnInterrupt: false) }
        return
      } catch Errno.wouldBlock {
        var polled = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        // Safe: the count is 1, as the array has one element.
        guard unsafe poll(&polled, 1, -1) >= 0 else { throw Errno(rawValue: errno) }
      } catch {
        throw Errno(error)
      }
    }
  }
}
