import Basics
import CLinux
import Glibc
package import SystemPackage

/// An open backend: the file or device whose bytes are a vNVDIMM. Owns its descriptor.
///
/// Opening never blocks and never creates or changes anything; what cannot be a backend is refused.
package struct Backend: ~Copyable, Sendable {
  package enum Access: Sendable {
    case readOnly
    case readWrite
  }

  package let path: FilePath
  package let kind: BackendKind
  /// F: bytes in the file or device, when it was opened, or locked. An empty file is a backend of 0 bytes.
  package let size: UInt64
  /// What the offset and length of a mapping are multiples of, in bytes: the page size, or more on a DAX device and on
  /// hugetlbfs.
  package let alignment: UInt64
  /// The same for two paths that lead to one file or device.
  package let identity: BackendIdentity
  /// What `mmap` and `ioctl` take; it is closed with the backend.
  package var descriptor: FileDescriptor { file.descriptor }

  private let file: OwnedDescriptor

  /// Opens the backend at `path`, following symbolic links.
  package init(path: FilePath, access: Access = .readOnly) throws(BackendError) {
    // Looking first: to open a device or a tape may already do something.
    _ = try BackendKind(of: try Self.status(at: path), path: path)
    let file: OwnedDescriptor
    do throws(Errno) { file = try Self.open(path, access) } catch { throw BackendError(path, .cannotOpen(error)) }
    // Looking again: another file may have taken the name meanwhile.
    try self.init(path: path, file: file)
  }

  /// Measures the open `file`.
  private init(path: FilePath, file: consuming OwnedDescriptor) throws(BackendError) {
    let status: Stat
    do { status = try file.descriptor.stat() } catch { throw BackendError(path, .cannotOpen(error)) }
    let kind = try BackendKind(of: status, path: path)
    let device = try BackendKind.device(of: status, path: path)
    if let device {
      size = device.size
      alignment = device.alignment
    } else {
      size = try kind.size(of: file.descriptor, status: status, path: path)
      alignment = UInt64(max(Int64(getpagesize()), clinux_huge_page_size(file.descriptor.rawValue)))
    }
    identity = BackendIdentity(of: status, kind: kind)
    self.kind = kind
    self.path = path
    self.file = file
    DebugLog.note("\(path): opened, a \(kind.rawValue) of \(ByteCount(size))")
  }

  /// The same with the size that it has by now.
  consuming func measured() throws(BackendError) -> Backend { try Backend(path: path, file: file) }

  /// A lease that another process has on the file for a moment (fcntl(2)) is waited for: `HostProcesses` takes one.
  private static func open(_ path: FilePath, _ access: Access) throws(Errno) -> OwnedDescriptor {
    var patience = 50
    while true {
      do {
        return OwnedDescriptor(
          owning: try FileDescriptor.open(
            path, access == .readOnly ? .readOnly : .readWrite, options: [.closeOnExec, .nonBlocking]))
      } catch Errno.wouldBlock where patience > 0 {
        patience -= 1
        usleep(1000)
      } catch { throw Errno(error) }
    }
  }

  private static func status(at path: FilePath) throws(BackendError) -> Stat {
    do { return try path.stat() } catch {
      guard error == .noSuchFileOrDirectory, let link = try? path.stat(followTargetSymlink: false),
        link.type == .symbolicLink
      else {
        throw BackendError(path, error == .noSuchFileOrDirectory ? .missing : .cannotOpen(error))
      }
      throw BackendError(path, .danglingLink)
    }
  }
}
