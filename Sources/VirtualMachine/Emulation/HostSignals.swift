import CLinux
import Glibc
import Storage
package import SystemPackage

/// The signals that ask the process to end, as a descriptor for poll(2).
///
/// While it exists, they do not end the process by themselves. It must be made before any thread that does not block
/// them is started.
package struct HostSignals: ~Copyable, Sendable {
  private let source: OwnedDescriptor

  private static let caught = [SIGTERM, SIGINT, SIGHUP, SIGQUIT]

  package init() throws(Errno) {
    // Safe: the call reads the array and keeps no pointer to it.
    let result = unsafe clinux_signal_descriptor(Self.caught, Int32(Self.caught.count))
    guard result >= 0 else { throw Errno(rawValue: -result) }
    source = OwnedDescriptor(owning: result)
    // If the reader of our output goes away, the write fails instead.
    _ = clinux_ignore_signal(SIGPIPE)
  }

  package var descriptor: FileDescriptor { source.descriptor }

  /// Returns the next signal, if one has arrived.
  package func next() -> Int32? {
    let result = clinux_read_signal(source.rawValue)
    return result > 0 ? result : nil
  }

  /// Lets the signals end this process by themselves again.
  package static func release() {
    // Safe: the call reads the array and keeps no pointer to it.
    unsafe clinux_receive_signals(caught, Int32(caught.count))
  }

  /// Ends this process by `signal`, as if it had not been caught, so that its parent sees the reason.
  package static func die(by signal: Int32) { clinux_die_by_signal(signal) }
}

/// An event between threads: any thread may send it, and a loop that polls the descriptor notices it (an eventfd).
package struct HostEvent: ~Copyable, Sendable {
  private let event: OwnedDescriptor

  package init() throws(Errno) {
    let result = clinux_event_descriptor()
    guard result >= 0 else { throw Errno(rawValue: -result) }
    event = OwnedDescriptor(owning: result)
  }

  /// Readable once `send` has been called.
  package var descriptor: FileDescriptor { event.descriptor }

  package func send() { _ = clinux_send_event(event.rawValue) }

  /// Waits at most `milliseconds` (-1: no limit) for the event and resets it. Returns false if it was not sent.
  func wait(milliseconds: Int32 = -1) -> Bool {
    var polled = pollfd(fd: event.rawValue, events: Int16(POLLIN), revents: 0)
    // Safe: the count is 1, as the array has one element.
    let isSent = unsafe poll(&polled, 1, milliseconds) > 0
    if isSent { clinux_drain(event.rawValue) }
    return isSent
  }
}

/// A party other than the guest that an emulation's loop serves, such as a monitor's client.
package protocol Attendant: AnyObject {
  /// The descriptors for which the loop is to wait on its behalf, as of now.
  var interests: [Interest] { get }

  /// Serves the `ready` ones among the last reported interests. Must not block.
  func serve(_ ready: [Interest])

  /// Sends pending output at the end of the emulation, unless its reader is slow.
  func finish()
}

/// A descriptor to wait for.
package struct Interest: Equatable, Sendable {
  package enum Kind: Sendable {
    case reading, writing
  }

  package let descriptor: FileDescriptor
  package let kind: Kind

  package init(_ kind: Kind, _ descriptor: FileDescriptor) {
    self.kind = kind
    self.descriptor = descriptor
  }

  var polled: pollfd {
    pollfd(fd: descriptor.rawValue, events: Int16(kind == .reading ? POLLIN : POLLOUT), revents: 0)
  }
}
