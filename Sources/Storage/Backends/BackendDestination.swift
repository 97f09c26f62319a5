import CLinux
import SystemPackage

/// The name that a new backend is to get, and what has that name now.
struct BackendDestination: ~Copyable {
  let path: FilePath
  let name: String
  /// The file that gives way, if any.
  let replaced: Stat?

  private let folderDescriptor: OwnedDescriptor

  var folder: CInt { folderDescriptor.descriptor.rawValue }

  /// Looks at `path` and its folder; throws where a backend cannot get that name.
  ///
  /// A symbolic link is never followed: what it leads to would change without having been named.
  init(_ path: FilePath, replaces: Bool) throws(BackendError) {
    guard let last = path.lastComponent, last.kind == .regular else {
      throw BackendError(path, path.isEmpty ? .missing : .directory)
    }
    let folderPath = path.folderOrDot
    // Safe: the text lives for the call.
    let opened = unsafe folderPath.withPlatformString { unsafe clinux_open_folder($0) }
    guard opened >= 0 else {
      let errno = Errno(rawValue: -opened)
      throw BackendError(folderPath, errno == .noSuchFileOrDirectory ? .noFolder : .cannotOpen(errno))
    }
    let folder = OwnedDescriptor(owning: opened)
    replaced = try Self.occupant(of: path, last: last, in: folder.descriptor, replaces: replaces)
    folderDescriptor = folder
    name = last.string
    self.path = path
  }

  /// The regular file that has the name; nil where the name is free.
  private static func occupant(
    of path: FilePath, last: FilePath.Component, in folder: FileDescriptor, replaces: Bool
  ) throws(BackendError) -> Stat? {
    let status: Stat
    do { status = try FilePath(root: nil, [last]).stat(relativeTo: folder, flags: .symlinkNoFollow) } catch {
      if error == .noSuchFileOrDirectory { return nil }
      throw BackendError(path, .cannotCreate(error))
    }
    if status.type == .symbolicLink {
      throw BackendError(path, (try? path.stat()) == nil ? .danglingLink : .link)
    }
    let kind = try BackendKind(of: status, path: path)
    guard kind == .regularFile else { throw BackendError(path, .device(kind)) }
    guard replaces else { throw BackendError(path, .exists) }
    return status
  }
}
