import Storage
package import SystemPackage

/// An item of this host to be added to a guest: a file, a folder, a program with the libraries that it needs, or a
/// module of the guest's kernel.
package enum GuestAddition: Equatable, Sendable {
  /// `place` is an absolute path in the guest; `nil` for the default place of the kind of file.
  case file(FilePath, place: FilePath?)
  case module(String)

  /// The modules without which these programs are useless.
  private static let modules = ["mkfs.xfs": "xfs", "xfs_io": "xfs", "xfs_repair": "xfs", "dmsetup": "dm_mod"]

  /// Returns the additions that `text`, `PATH[:PLACE]`, names, with those that they need: a file of this name, an
  /// installed program, or a module of the kernel.
  package static func named(_ text: String) throws(GuestImageError) -> [GuestAddition] {
    var (path, place): (FilePath, FilePath?) = (FilePath(text), nil)
    if !HostFile.exists(path), let colon = text.lastIndex(of: ":") {
      let rest = text[text.index(after: colon)...]
      path = FilePath(String(text[..<colon]))
      place = FilePath("/\(rest)").lexicallyNormalized()
      // A place that ends in a slash is a folder.
      if rest.hasSuffix("/") || rest.isEmpty, let name = path.lastComponent { place?.append(name) }
    }
    if HostFile.exists(path) { return [.file(path, place: place)] }
    let isName = !path.string.isEmpty && path.string.allSatisfy { $0.isLetter || $0.isNumber || "_-.+".contains($0) }
    guard isName, !path.string.hasPrefix(".") else { throw .unreadable(path, .noSuchFileOrDirectory) }
    if let program = GuestImage.path(of: path.string) {
      return [.file(program, place: place)] + (modules[path.string].map { [.module($0)] } ?? [])
    }
    guard place == nil, !path.string.contains(".") else { throw .unreadable(path, .noSuchFileOrDirectory) }
    return [.module(path.string)]
  }
}

extension GuestImage {
  /// Folders and links of every guest, which a second archive must not replace.
  private static let usualFolders: Set<String> = [
    "bin", "sbin", "lib", "lib64", "usr", "usr/bin", "usr/sbin", "usr/lib", "etc", "tmp", "proc", "sys", "dev", "run",
    "mnt", "root", "home", "var",
  ]

  /// Returns an archive of `additions`, to follow that of a guest. Programs go to /usr/bin and other files to /, unless
  /// they have a place; libraries go where the guest looks for them. Throws if an addition is not a file, folder or
  /// link.
  package static func archive(_ additions: [GuestAddition]) throws(GuestImageError) -> [[UInt8]] {
    var image = GuestImage(beside: usualFolders)
    for case .file(let source, let place) in additions {
      let status = try Self.status(of: source, followingLink: true)
      let isProgram = status.type == .regular && status.permissions.contains(.ownerExecute)
      let name = source.lexicallyNormalized().lastComponent?.string ?? ""
      let usualPlace = FilePath((isProgram ? "/usr/bin/" : "/") + name).lexicallyNormalized()
      try image.add(tree: source, status, at: place ?? usualPlace)
    }
    return image.initramfs()
  }

  private static func status(of path: FilePath, followingLink: Bool) throws(GuestImageError) -> Stat {
    do { return try path.stat(followTargetSymlink: followingLink) } catch { throw .unreadable(path, Errno(error)) }
  }

  private mutating func add(tree source: FilePath, _ status: Stat, at place: FilePath) throws(GuestImageError) {
    var path = String(place.string.drop { $0 == "/" })
    switch status.type {
    case .directory:
      if !path.isEmpty { archive.addFolder(path) }
      let names: [String]
      do { names = try source.list().filter { ![".", ".."].contains($0) }.sorted() } catch {
        throw .unreadable(source, error)
      }
      for name in names {
        let file = source.appending(name)
        try add(tree: file, try Self.status(of: file, followingLink: false), at: place.appending(name))
      }
    case .symbolicLink:
      do { archive.addLink(path, to: try source.linkTarget().string) } catch { throw .unreadable(source, error) }
    case .regular:
      // In our guests these are links to /usr/bin.
      for folder in ["bin/", "sbin/", "usr/sbin/"] where path.hasPrefix(folder) {
        path = "usr/bin/" + path.dropFirst(folder.count)
      }
      let isExecutable = status.permissions.contains(.ownerExecute)
      let bytes = try HostFile.bytes(of: source)
      if isExecutable, ELFProgram(bytes) != nil {
        try add(binary: source, at: path)
      } else {
        archive.addFile(path, bytes, executable: isExecutable)
      }
    default: throw .notAFile(source)
    }
  }
}
