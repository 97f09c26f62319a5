import CLinux
import Glibc
package import SystemPackage

/// A file that keeps a guest's console output from the start.
package enum ConsoleFile {
  /// The extended attribute that marks such a file for later runs.
  private static let attribute = "user.vnvdimm.console"

  /// The prefixes of links to descriptors of this process, such as /dev/stdout, which its parent has opened.
  private static let descriptorNames = ["/proc/self/fd/", "/dev/fd/", "/dev/stdout", "/dev/stderr"]

  /// Opens the file at `path` for writing. Accepts a new file, an empty one, and a console file of an earlier run,
  /// which it empties; a device, a fifo or a descriptor of this process it opens as it is. Touches no other file and
  /// follows no link.
  package static func open(_ path: FilePath) throws(BackendError) -> FileDescriptor {
    do {
      if descriptorNames.contains(where: { path.string.hasPrefix($0) }) {
        return try FileDescriptor.open(path, .writeOnly, options: [.closeOnExec, .noTerminal])
      }
      let seen = try? path.stat(followTargetSymlink: false)
      guard seen?.type != .symbolicLink else { throw BackendError(path, .link) }
      let options: FileDescriptor.OpenOptions =
        seen == nil ? [.create, .exclusiveCreate, .closeOnExec] : [.noFollow, .noTerminal, .closeOnExec]
      let file = OwnedDescriptor(
        owning: try FileDescriptor.open(
          path, .writeOnly, options: options, permissions: seen == nil ? BackendCreation.usualMode : nil))
      let status = try file.descriptor.stat()
      if status.type == .regular {
        guard status.size == 0 || isOurs(file.descriptor) else { throw BackendError(path, .exists) }
        mark(file.descriptor)
        try file.descriptor.resize(to: 0)
      }
      return try file.descriptor.duplicate()
    } catch let error as BackendError { throw error } catch { throw BackendError(path, .cannotCreate(Errno(error))) }
  }

  private static func isOurs(_ file: FileDescriptor) -> Bool {
    var byte: UInt8 = 0
    // Safe: the byte lives for the call.
    return unsafe clinux_get_attribute(file.rawValue, attribute, &byte, 1) >= 0
  }

  /// Marks `file`. On a file system without attributes, later runs do not recognize it.
  private static func mark(_ file: FileDescriptor) {
    var byte = UInt8(ascii: "1")
    // Safe: the byte lives for the call.
    _ = unsafe clinux_set_attribute(file.rawValue, attribute, &byte, 1)
  }
}

extension FileDescriptor.OpenOptions {
  /// Keeps an opened terminal from becoming the controlling terminal.
  fileprivate static var noTerminal: Self { Self(rawValue: O_NOCTTY) }
}
