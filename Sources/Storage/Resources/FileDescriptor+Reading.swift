import Glibc
package import SystemPackage

extension FileDescriptor {
  /// Returns `count` bytes at `offset`, or fewer if the file ends before.
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

  /// Returns the remaining bytes of a pipe or a file.
  ///
  /// Throws EFBIG if there are more than `limit` bytes (for a regular file before anything is read), and EISDIR for a
  /// directory.
  package func remainingBytes(limit: Int) throws(Errno) -> [UInt8] {
    do {
      let status = try stat()
      guard status.type != .directory else { throw Errno.isDirectory }
      guard status.type != .regular || status.size <= limit else { throw Errno.fileTooLarge }
      var bytes = status.type == .regular ? try next(count: Int(status.size)) : []
      // Files of the kernel report no size, and others may have grown.
      var part = [UInt8](repeating: 0, count: bytes.isEmpty ? 256 << 10 : 4 << 10)
      while true {
        // Safe: the buffer is that of the array.
        let count = try unsafe part.withUnsafeMutableBytes { try unsafe read(into: $0) }
        guard count > 0 else { return bytes }
        guard count <= limit - bytes.count else { throw Errno.fileTooLarge }
        bytes += part[..<count]
      }
    } catch { throw Errno(error) }
  }

  /// Returns the next `count` bytes, or fewer if the file ends before.
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
  /// Populates a large buffer all at once, which is faster than page by page (since Linux 5.14).
  fileprivate func makePresent() {
    guard count >= 1 << 20, let base = baseAddress else { return }
    let pages = unsafe base.alignedUp(toMultipleOf: 4096)
    // Safe: whole pages within the buffer, whose contents do not change.
    _ = unsafe madvise(pages, (count - (pages - base)) & ~4095, MADV_POPULATE_WRITE)
  }
}

extension FilePath {
  /// Returns the whole contents of the file at this path; see `FileDescriptor.remainingBytes`.
  package func contents(limit: Int) throws(Errno) -> [UInt8] {
    do {
      let file = OwnedDescriptor(owning: try FileDescriptor.open(self, .readOnly, options: .closeOnExec))
      return try file.descriptor.remainingBytes(limit: limit)
    } catch { throw Errno(error) }
  }
}

extension FilePath {
  /// Returns the whole contents of the regular file at this path, which is opened without waiting. Throws EINVAL if it
  /// is another kind of file.
  func fileContents(limit: Int) throws(Errno) -> [UInt8] {
    do {
      let file = OwnedDescriptor(
        owning: try FileDescriptor.open(self, .readOnly, options: [.closeOnExec, .nonBlocking]))
      guard try file.descriptor.stat().type == .regular else { throw Errno.invalidArgument }
      return try file.descriptor.remainingBytes(limit: limit)
    } catch { throw Errno(error) }
  }

  /// Opens the file at this path, which the user did not name, beside a backend of `owner`; `nil` if there is none that
  /// counts.
  ///
  /// This is the one rule for all files beside a backend: such a file counts if it is a regular file, not a link to
  /// one, and belongs to the owner of the backend, to root or to the caller. Any other file is ignored: users who may
  /// merely create files beside a backend must not influence it.
  func openSidecar(
    _ mode: FileDescriptor.AccessMode = .readOnly, besideFileOf owner: UserID
  ) throws(Errno) -> OwnedDescriptor? {
    func counts(_ status: Stat) -> Bool {
      status.type == .regular && [owner.rawValue, 0, geteuid()].contains(status.userID.rawValue)
    }
    // Check first: merely opening a device may have an effect.
    guard let status = try? stat(followTargetSymlink: false), counts(status) else { return nil }
    do {
      let file = OwnedDescriptor(
        owning: try FileDescriptor.open(self, mode, options: [.closeOnExec, .nonBlocking, .noFollow]))
      // Check again: another file may have taken the name meanwhile.
      guard counts(try file.descriptor.stat()) else { return nil }
      return file
    } catch {
      guard Errno(error) != .noSuchFileOrDirectory else { return nil }
      throw Errno(error)
    }
  }
}

extension FileDescriptor {
  /// Makes the data of the file durable, and the metadata that is needed to read it (fdatasync).
  package func synchroniseData() throws(Errno) {
    guard fdatasync(rawValue) == 0 else { throw Errno(rawValue: errno) }
  }
}

extension Errno {
  /// The errno of an error that swift-system threw; it throws no other kind.
  package init(_ error: any Error) { self = error as? Errno ?? .ioError }
}

/// A file descriptor with one owner, closed when the owner ends.
///
/// Callers that must know that everything is written synchronise first: closing reports nothing further.
package struct OwnedDescriptor: ~Copyable, Sendable {
  package let descriptor: FileDescriptor

  /// Takes over the open `descriptor`, which must not be closed elsewhere.
  package init(owning descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// Takes over the descriptor `rawValue` that a system call returned.
  package init(owning rawValue: Int32) { self.init(owning: FileDescriptor(rawValue: rawValue)) }

  /// The descriptor's number, for system calls.
  package var rawValue: Int32 { descriptor.rawValue }

  deinit { try? descriptor.close() }
}
