import Glibc
package import SystemPackage

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
