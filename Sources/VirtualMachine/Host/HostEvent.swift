import HostResources
import CLinux
import KVM
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
}
