import CLinux
import Glibc
import Storage
package import SystemPackage

/// The signals that ask the process to end, as a descriptor to be polled.
///
/// While it exists they end nothing by themselves. To be made before any thread is started that does not hold them back.
package struct HostSignals: ~Copyable, Sendable {
  private let source: OwnedDescriptor

  private static let caught = [SIGTERM, SIGINT, SIGHUP, SIGQUIT]

  package init() throws(Errno) {
    // Safe: the call reads the array and keeps no pointer to it.
    let result = unsafe clinux_signal_descriptor(Self.caught, Int32(Self.caught.count))
    guard result >= 0 else { throw Errno(rawValue: -result) }
    source = OwnedDescriptor(owning: result)
    // A reader of our output that goes away shows as an error of the write.
    _ = clinux_ignore_signal(SIGPIPE)
  }

  package var descriptor: FileDescriptor { source.descriptor }

  /// The next signal, where one has come.
  package func next() -> Int32? {
    let result = clinux_read_signal(source.rawValue)
    return result > 0 ? result : nil
  }

  /// From here on they end this process by themselves again.
  package static func release() {
    // Safe: the call reads the array and keeps no pointer to it.
    unsafe clinux_receive_signals(caught, Int32(caught.count))
  }

  /// Ends this process by `signal`, as if it had not been caught: its parent sees why.
  package static func die(by signal: Int32) { clinux_die_by_signal(signal) }
}
