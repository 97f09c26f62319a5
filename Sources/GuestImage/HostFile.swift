import Storage
package import SystemPackage

/// Reads files of the host that go into a guest.
package enum HostFile {
  /// What a member of the archive that a guest unpacks can hold (cpio has 32 bits for it).
  package static let limit = Int(UInt32.max)

  /// The whole of the file at `path`, or with `mayBePipe` of what a pipe gives until its end. More than `limit` bytes
  /// are an error.
  package static func bytes(
    of path: FilePath, limit: Int = HostFile.limit, mayBePipe: Bool = false
  ) throws(GuestImageError) -> [UInt8] {
    if !mayBePipe { try checkIsFile(path) }
    do { return try path.contents(limit: limit) } catch { throw .unreadable(path, error) }
  }

  /// The first `count` bytes of the file at `path`, or fewer where it ends before.
  static func start(of path: FilePath, count: Int) throws(GuestImageError) -> [UInt8] {
    try checkIsFile(path)
    do {
      let file = OwnedDescriptor(owning: try FileDescriptor.open(path, .readOnly, options: .closeOnExec))
      return try file.descriptor.bytes(at: 0, count: count)
    } catch { throw .unreadable(path, Errno(error)) }
  }

  /// Throws where opening or reading what is at `path` might wait for ever.
  private static func checkIsFile(_ path: FilePath) throws(GuestImageError) {
    guard let type = (try? path.stat())?.type, ![.regular, .blockSpecial, .directory].contains(type) else { return }
    throw .notAFile(path)
  }

  static func text(of path: FilePath) throws(GuestImageError) -> String {
    String(decoding: try bytes(of: path), as: UTF8.self)
  }

  /// Whether there is a file at `path`, readable or not.
  package static func exists(_ path: FilePath) -> Bool { (try? path.stat()) != nil }
}
