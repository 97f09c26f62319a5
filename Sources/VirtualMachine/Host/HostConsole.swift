import Synchronization
package import SystemPackage

/// The host's end of the serial port: where the guest's output goes and where its input comes from.
package final class HostConsole: Sendable {
  private let output: FileDescriptor?
  let input: FileDescriptor?
  /// Whether keys behind Ctrl-A are commands.
  let hasEscape: Bool
  private let failure = Mutex<Errno?>(nil)

  /// Nil for what is not connected.
  package init(input: FileDescriptor?, output: FileDescriptor?, hasEscape: Bool) {
    self.input = input
    self.output = output
    self.hasEscape = hasEscape
  }

  /// Why output is lost, once it is: nobody reads it any more, or the disk is full.
  package var outputFailure: Errno? { failure.withLock { $0 } }

  /// Takes a byte from the guest. False from the first failure on.
  func send(_ byte: UInt8) -> Bool {
    guard let output else { return true }
    return failure.withLock { failure in
      guard failure == nil else { return false }
      do {
        // Safe: the buffer is the value's own, for the call.
        _ = try unsafe withUnsafeBytes(of: byte) { bytes in
          try unsafe output.write(bytes, retryOnInterrupt: false)
        }
      } catch Errno.interrupted {
        // The machine is being stopped: a reader that has stalled may not hold that up.
      } catch {
        failure = error as? Errno ?? .ioError
      }
      return failure == nil
    }
  }
}
