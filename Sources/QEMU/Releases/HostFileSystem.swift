/// What the file system that a backend lies in, or would be made in, has to do with its sizes. All numbers are bytes.
package struct HostFileSystem: Hashable, Sendable {
  /// A hugetlbfs.
  package struct HugePages: Hashable, Sendable {
    /// Bytes of a page: the unit of mappings, and of the lengths of files.
    package var size: UInt64
    /// In pages that the backend has or that nobody uses; nil where the kernel does not tell. Some of them may be
    /// promised to others.
    package var room: UInt64?

    package init(size: UInt64, room: UInt64? = nil) {
      self.size = size
      self.room = room
    }
  }

  package var hugePages: HugePages?
  /// The longest file that it can hold; nil where none is too long.
  package var longestFile: UInt64?

  package init(hugePages: HugePages? = nil, longestFile: UInt64? = nil) {
    self.hugePages = hugePages
    self.longestFile = longestFile
  }

  /// One with the host's own pages.
  package static let common = HostFileSystem()
}

extension SizingRules {
  /// Bytes of the pages by which QEMU maps what lies in `fileSystem`.
  package func pageSize(in fileSystem: HostFileSystem) -> UInt64 { max(pageSize, fileSystem.hugePages?.size ?? 0) }
}

/// What a path leads to on the host before QEMU starts, for backends that are written and for those that are read.
package struct HostPath: Equatable, Sendable {
  package var forWriting: BackendState
  package var forReading: BackendState
  /// What identifies the file: equal for two paths that lead to one file, or to one that will be made.
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
