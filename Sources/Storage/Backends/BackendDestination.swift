import CLinux
import SystemPackage

/// The name for a new backend, and the file that has that name now.
struct BackendDestination: ~Copyable {
  let path: FilePath
  let name: String
  /// The file to be replaced, if any.
  let replaced: ReplacedFile?

  /// The names of the files in the folder that killed runs left behind; they have been removed.
  let leftovers: [String]

  private let folderDescriptor: OwnedDescriptor

  var folder: FileDescriptor { folderDescriptor.descriptor }

  var isReplacement: Bool {
    switch replaced {
    case .some: true
    case .none: false
    }
  }

  /// Gives `file` the metadata that it keeps of the replaced file. Returns the item that could not be set and the
  /// errno, or `nil`.
  func handOver(to file: FileDescriptor) -> (what: String, errno: Errno)? {
    switch replaced {
    case .some(let replaced): replaced.handOver(to: file)
    case .none: nil
    }
  }

  /// Returns whether the name `other` in the folder stands for the replaced file.
  func isReplaced(calledNow other: String) -> Bool {
    switch replaced {
    case .some(let replaced): replaced.isCalled(other, in: folder)
    case .none: false
    }
  }

  /// Examines `path` and its folder. Throws if a backend cannot get that name. With `removesLeftovers`, removes the
  /// files that killed runs left in the folder: one may be another name of the file to replace.
  ///
  /// Never follows a symbolic link: its target would change without having been named.
  init(
    _ path: FilePath, _ replacement: FileReplacement, removesLeftovers: Bool = false
  ) throws(BackendError) {
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
    guard !Self.holdsDevices(folder.descriptor) || (try? path.stat(followTargetSymlink: false)) != nil else {
      throw BackendError(path, .noDevice)
    }
    let leftovers = removesLeftovers ? HiddenName.removeLeftovers(in: folder.descriptor) : []
    let replaced = try Self.occupant(of: path, last: last, in: folder.descriptor, replacement)
    self.leftovers = leftovers
    self.replaced = replaced
    folderDescriptor = folder
    name = last.string
    self.path = path
  }

  /// Returns whether `folder` lies in the file system of the host's device nodes, which is lost when the host restarts.
  private static func holdsDevices(_ folder: FileDescriptor) -> Bool {
    guard let own = try? folder.stat().deviceID, own == (try? FilePath("/dev").stat().deviceID) else { return false }
    return own != (try? FilePath("/").stat().deviceID)
  }

  /// Returns the regular file that has the name; `nil` if the name is free.
  private static func occupant(
    of path: FilePath, last: FilePath.Component, in folder: FileDescriptor, _ replacement: FileReplacement
  ) throws(BackendError) -> ReplacedFile? {
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
    return try ReplacedFile(at: path, seen: status, replacement)
  }
}
