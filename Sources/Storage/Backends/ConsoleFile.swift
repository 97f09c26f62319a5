import CLinux
import Glibc
package import SystemPackage

/// A file that keeps what a guest says, from the start on.
package enum ConsoleFile {
  /// The extended attribute of such a file, by which a later run knows it.
  private static let attribute = "user.vnvdimm.console"

  /// How links to what this process was given, such as /dev/stdout, begin: whoever started it has opened that.
  private static let descriptorNames = ["/proc/self/fd/", "/dev/fd/", "/dev/stdout", "/dev/stderr"]

  /// Opens the file at `path` for writing: a new one, one without bytes, or one of before, which is emptied; a device,
  /// a fifo or a descriptor of this process as it is. No other file is touched, and no link followed.
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

  /// Where the file system has no attributes, a run after this one does not know it.
  private static func mark(_ file: FileDescriptor) {
    var byte = UInt8(ascii: "1")
    // Safe: the byte lives for the call.
    _ = unsafe clinux_set_attribute(file.rawValue, attribute, &byte, 1)
  }
}

extension FileDescriptor.OpenOptions {
  /// A terminal that is opened does not become that of the process.
  fileprivate static var noTerminal: Self { Self(rawValue: O_NOCTTY) }
}
