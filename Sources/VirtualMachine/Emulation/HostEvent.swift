import CLinux
import Glibc
import Storage
package import SystemPackage

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
