import CLinux
import SystemPackage

/// The name that a new backend is to get, and what has that name now.
struct BackendDestination: ~Copyable {
  let path: FilePath
  let name: String
  /// The file that gives way, if any.
  let replaced: ReplacedFile?

  /// The names of files in the folder that were left there by runs which were killed, and are gone now.
  let leftovers: [String]

  private let folderDescriptor: OwnedDescriptor

  var folder: FileDescriptor { folderDescriptor.descriptor }

  var isReplacement: Bool {
    switch replaced {
    case .some: true
    case .none: false
    }
  }

  /// Gives `file` what it is to keep of the one that it replaces; answers what it cannot have, and why.
  func handOver(to file: FileDescriptor) -> (what: String, errno: Errno)? {
    switch replaced {
    case .some(let replaced): replaced.handOver(to: file)
    case .none: nil
    }
  }

  /// Whether the file that gives way is what `other` stands for in the folder.
  func isReplaced(calledNow other: String) -> Bool {
    switch replaced {
    case .some(let replaced): replaced.isCalled(other, in: folder)
    case .none: false
    }
  }

  /// Looks at `path` and its folder; throws where a backend cannot get that name. What runs that were killed left in the
  /// folder goes where `removesLeftovers`: it may be another name of the file to replace.
  ///
  /// A symbolic link is never followed: what it leads to would change without having been named.
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
    let leftovers = removesLeftovers ? HiddenName.removeLeftovers(in: folder.descriptor) : []
    let replaced = try Self.occupant(of: path, last: last, in: folder.descriptor, replacement)
    self.leftovers = leftovers
    self.replaced = replaced
    folderDescriptor = folder
    name = last.string
    self.path = path
  }

  /// The regular file that has the name; nil where the name is free.
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
