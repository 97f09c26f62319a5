import SystemPackage

/// Reads files of the host that go into a guest.
enum HostFile {
  /// The first `limit` bytes of the file at `path`, all of it by default.
  static func bytes(of path: FilePath, limit: Int = .max) throws(GuestImageError) -> [UInt8] {
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      return try file.closeAfter {
        let size = try Int(file.seek(offset: 0, from: .end))
        let wanted = min(size, limit)
        // Safe: `read` is given the array's own storage and its length; `count` never exceeds it.
        return try unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
          while count < wanted {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
            let read = try unsafe file.read(fromAbsoluteOffset: Int64(count), into: rest)
            if read == 0 { break }
            count += read
          }
        }
      }
    } catch let errno as Errno {
      throw .unreadable(path, errno)
    } catch {
      throw .unreadable(path, .ioError)
    }
  }

  static func text(of path: FilePath) throws(GuestImageError) -> String {
    String(decoding: try bytes(of: path), as: UTF8.self)
  }

  static func exists(_ path: FilePath) -> Bool {
    guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return false }
    return (try? file.close()) != nil
  }
}
