/// The constraints that the file system of a backend, existing or not, puts on its sizes. All numbers are bytes.
package struct HostFileSystem: Hashable, Sendable {
  /// A hugetlbfs.
  package struct HugePages: Hashable, Sendable {
    /// The page size: the unit of mappings and of file lengths.
    package var size: UInt64
    /// The size of the pages that the backend has or that are free; `nil` if the kernel does not report it. Some of
    /// those pages may be reserved by others.
    package var room: UInt64?

    package init(size: UInt64, room: UInt64? = nil) {
      self.size = size
      self.room = room
    }
  }

  package var hugePages: HugePages?
  /// The maximum length of a file; `nil` if there is no limit.
  package var longestFile: UInt64?

  package init(hugePages: HugePages? = nil, longestFile: UInt64? = nil) {
    self.hugePages = hugePages
    self.longestFile = longestFile
  }

  /// A file system with the host's own pages.
  package static let common = HostFileSystem()
}

extension SizingRules {
  /// Returns the size in bytes of the pages by which QEMU maps files in `fileSystem`.
  package func pageSize(in fileSystem: HostFileSystem) -> UInt64 { max(pageSize, fileSystem.hugePages?.size ?? 0) }
}

/// What a path leads to on the host before QEMU starts, for writable and for read-only backends.
package struct HostPath: Equatable, Sendable {
  package var forWriting: BackendState
  package var forReading: BackendState
  /// The identity of the file, equal for two paths that lead to the same existing or future file.
  package var identity: String
  package var fileSystem: HostFileSystem

  package init(
    forWriting: BackendState, forReading: BackendState, identity: String, fileSystem: HostFileSystem = .common
  ) {
    self.forWriting = forWriting
    self.forReading = forReading
    self.identity = identity
    self.fileSystem = fileSystem
  }
}
