import Storage
package import SystemPackage

/// Reads files of the host that go into a guest.
package enum HostFile {
  /// The maximum size of a file in the archive that a guest unpacks (cpio has 32 bits for it).
  package static let limit = Int(UInt32.max)

  /// Reads the whole file at `path`, or, with `mayBePipe`, a pipe until its end. Throws if there are more than `limit`
  /// bytes.
  package static func bytes(
    of path: FilePath, limit: Int = HostFile.limit, mayBePipe: Bool = false
  ) throws(GuestImageError) -> [UInt8] {
    if !mayBePipe { try checkIsFile(path) }
    do { return try path.contents(limit: limit) } catch { throw .unreadable(path, error) }
  }

  /// Reads the first `count` bytes of the file at `path`, or fewer if it ends before.
  static func start(of path: FilePath, count: Int) throws(GuestImageError) -> [UInt8] {
    try checkIsFile(path)
    do {
      let file = OwnedDescriptor(owning: try FileDescriptor.open(path, .readOnly, options: .closeOnExec))
      return try file.descriptor.bytes(at: 0, count: count)
    } catch { throw .unreadable(path, Errno(error)) }
  }

  /// Throws if opening or reading the file at `path` might block indefinitely.
  private static func checkIsFile(_ path: FilePath) throws(GuestImageError) {
    guard let type = (try? path.stat())?.type, ![.regular, .blockSpecial, .directory].contains(type) else { return }
    throw .notAFile(path)
  }

  static func text(of path: FilePath) throws(GuestImageError) -> String {
    String(decoding: try bytes(of: path), as: UTF8.self)
  }

  /// Returns whether there is a file at `path`, readable or not.
  package static func exists(_ path: FilePath) -> Bool { (try? path.stat()) != nil }
}
