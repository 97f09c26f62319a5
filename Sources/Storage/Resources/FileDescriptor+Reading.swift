import Glibc
package import SystemPackage

extension FileDescriptor {
  /// The bytes at `offset`, `count` of them or fewer where the file ends before.
  package func bytes(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
    do {
      // Safe: the buffer has room for `count` bytes, of which `filled` are initialised.
      return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        unsafe UnsafeMutableRawBufferPointer(buffer).makePresent()
        while filled < count {
          let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
          let read = try unsafe self.read(fromAbsoluteOffset: offset + Int64(filled), into: rest)
          guard read > 0 else { return }
          filled += read
        }
      }
    } catch {
      throw Errno(error)
    }
  }

  /// All that is still to be read, from a pipe as well as from a file.
  ///
  /// Throws EFBIG where that is more than `limit` bytes, of a regular file before anything is read, and EISDIR for a
  /// directory.
  package func remainingBytes(limit: Int) throws(Errno) -> [UInt8] {
    do {
      let status = try stat()
      guard status.type != .directory else { throw Errno.isDirectory }
      guard status.type != .regular || status.size <= limit else { throw Errno.fileTooLarge }
      var bytes = status.type == .regular ? try next(count: Int(status.size)) : []
      // Files of the kernel tell no size, and others may have grown.
      var part = [UInt8](repeating: 0, count: bytes.isEmpty ? 256 << 10 : 4 << 10)
      while true {
        // Safe: the buffer is the array's own.
        let count = try unsafe part.withUnsafeMutableBytes { try unsafe read(into: $0) }
        guard count > 0 else { return bytes }
        guard count <= limit - bytes.count else { throw Errno.fileTooLarge }
        bytes += part[..<count]
      }
    } catch { throw Errno(error) }
  }

  /// The next `count` bytes, or fewer where the file ends before.
  private func next(count: Int) throws -> [UInt8] {
    // Safe: the buffer has room for `count` bytes, of which `filled` are initialised.
    try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count])
        let read = try unsafe self.read(into: rest)
        guard read > 0 else { return }
        filled += read
      }
    }
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Asks for the memory of a large buffer all at once, which takes less time than page by page. (since Linux 5.14)
  fileprivate func makePresent() {
    guard count >= 1 << 20, let base = baseAddress else { return }
    let pages = unsafe base.alignedUp(toMultipleOf: 4096)
    // Safe: whole pages of the buffer itself, in which nothing changes.
    _ = unsafe madvise(pages, (count - (pages - base)) & ~4095, MADV_POPULATE_WRITE)
  }
}

extension FilePath {
  /// The whole contents of the file at this path; see `FileDescriptor.remainingBytes`.
  package func contents(limit: Int) throws(Errno) -> [UInt8] {
    do {
      let file = OwnedDescriptor(owning: try FileDescriptor.open(self, .readOnly, options: .closeOnExec))
      return try file.descriptor.remainingBytes(limit: limit)
    } catch { throw Errno(error) }
  }
}

extension FilePath {
  /// The whole contents of the regular file at this path, which is opened without waiting for anybody; EINVAL where it is
  /// another kind of file.
  func fileContents(limit: Int) throws(Errno) -> [UInt8] {
    do {
      let file = OwnedDescriptor(
        owning: try FileDescriptor.open(self, .readOnly, options: [.closeOnExec, .nonBlocking]))
      guard try file.descriptor.stat().type == .regular else { throw Errno.invalidArgument }
      return try file.descriptor.remainingBytes(limit: limit)
    } catch { throw Errno(error) }
  }

  /// The file at this path, which nobody named, beside a backend of `owner`; nil where there is none that counts.
  ///
  /// The one rule for whatever is kept beside a backend: it counts where it is a regular file, and no link to one, that
  /// belongs to the owner of the backend, to root or to the caller. Anything else is passed over: whoever else may make
  /// files beside a backend has no say in what becomes of it.
  func openSidecar(
    _ mode: FileDescriptor.AccessMode = .readOnly, besideFileOf owner: UserID
  ) throws(Errno) -> OwnedDescriptor? {
    func counts(_ status: Stat) -> Bool {
      status.type == .regular && [owner.rawValue, 0, geteuid()].contains(status.userID.rawValue)
    }
    // Looking first: to open a device may already do something.
    guard let status = try? stat(followTargetSymlink: false), counts(status) else { return nil }
    do {
      let file = OwnedDescriptor(
        owning: try FileDescriptor.open(self, mode, options: [.closeOnExec, .nonBlocking, .noFollow]))
      // Looking again: another file may have taken the name meanwhile.
      guard counts(try file.descriptor.stat()) else { return nil }
      return file
    } catch {
      guard Errno(error) != .noSuchFileOrDirectory else { return nil }
      throw Errno(error)
    }
  }
}

extension Errno {
  /// The errno of an error that swift-system threw; nothing else comes from it.
  package init(_ error: any Error) { self = error as? Errno ?? .ioError }
}

/// A file descriptor with one owner, closed when the owner ends.
///
/// Whoever must know that all is written synchronises before: closing has nothing to add to that answer.
package struct OwnedDescriptor: ~Copyable, Sendable {
  package let descriptor: FileDescriptor

  /// Takes over `descriptor`, which is open and which nobody else closes.
  package init(owning descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// Takes over the descriptor with the number `rawValue`, as a system call returned it.
  package init(owning rawValue: Int32) { self.init(owning: FileDescriptor(rawValue: rawValue)) }

  /// The number, for system calls.
  package var rawValue: Int32 { descriptor.rawValue }

  deinit { try? descriptor.close() }
}
