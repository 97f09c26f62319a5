import CLinux
package import Storage
package import SystemPackage

/// A Unix socket to which clients of a monitor connect. Its name is removed with it.
package final class MonitorSocket: Sendable {
  private let socket: OwnedDescriptor
  private let path: FilePath

  /// Listens at `path`; replaces a leftover socket, as QEMU does.
  package init(listeningAt path: FilePath) throws(Errno) {
    // Safe: the text lives for the call.
    let result = unsafe path.withPlatformString { unsafe clinux_listen_at($0) }
    guard result >= 0 else { throw Errno(rawValue: -result) }
    socket = OwnedDescriptor(owning: result)
    self.path = path
  }

  package var descriptor: FileDescriptor { socket.descriptor }

  /// Returns the next client, if one is connecting.
  func accept() -> OwnedDescriptor? {
    let result = clinux_accept(socket.rawValue)
    return result >= 0 ? OwnedDescriptor(owning: result) : nil
  }

  /// Connects to the socket at `path`.
  package static func connection(to path: FilePath) throws(Errno) -> OwnedDescriptor {
    // Safe: the text lives for the call.
    let result = unsafe path.withPlatformString { unsafe clinux_connect_to($0) }
    guard result >= 0 else { throw Errno(rawValue: -result) }
    return OwnedDescriptor(owning: result)
  }

  /// Removes the socket's name, so that no new client finds it.
  func removeName() {
    // Safe: the text lives for the call.
    _ = unsafe path.withPlatformString { unsafe clinux_remove_socket($0) }
  }

  deinit { removeName() }
}
