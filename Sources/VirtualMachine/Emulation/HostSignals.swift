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

/// An event between threads: any may send it, a loop that polls the descriptor notices (an eventfd).
package struct HostEvent: ~Copyable, Sendable {
  private let event: OwnedDescriptor

  package init() throws(Errno) {
    let result = clinux_event_descriptor()
    guard result >= 0 else { throw Errno(rawValue: -result) }
    event = OwnedDescriptor(owning: result)
  }

  /// Readable from the first `send` on.
  package var descriptor: FileDescriptor { event.descriptor }

  package func send() { _ = clinux_send_event(event.rawValue) }

  /// Waits until it is sent, or for so many milliseconds, and forgets that it was; false where it was not.
  func wait(milliseconds: Int32 = -1) -> Bool {
    var polled = pollfd(fd: event.rawValue, events: Int16(POLLIN), revents: 0)
    // Safe: one element, as the call is told.
    let isSent = unsafe poll(&polled, 1, milliseconds) > 0
    if isSent { clinux_drain(event.rawValue) }
    return isSent
  }
}

/// Somebody beside the guest whom the loop of an emulation serves, such as a monitor's client.
package protocol Attendant: AnyObject {
  /// What the loop is to wait for on its behalf, as of now.
  var interests: [Interest] { get }

  /// The loop found `ready`, of the interests last told, to be ready. Must not block.
  func serve(_ ready: [Interest])

  /// The emulation is over: what is still to be sent is sent, as far as it is taken soon.
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
