/// What the host offers for a backend. All sizes are in bytes.
package struct HostState: Hashable, Sendable {
  /// The name of the file system as in mount(8), or its magic number; `nil` for a device.
  package var fileSystem: String?
  /// The name of the file system or device if it lies in the host's memory and loses its contents when the host
  /// restarts; otherwise `nil`.
  package var volatilePlace: String?
  /// The size of the pages that map the backend; larger on hugetlbfs.
  package var pageSize: UInt64
  /// The bytes allocated to the file, and the bytes that its file system has left; `nil` for a device.
  package var allocated: UInt64?
  package var available: UInt64?
  /// Whether it is mapped without a page cache.
  package var isDirect: Bool
  /// Whether it can be mapped so that writes are durable once they have left the CPU's caches (MAP_SYNC).
  package var hasSynchronousMappings: Bool
  package var sharesExtents: Bool
  /// The host's persistent memory behind a block device; `nil` for any other backend.
  package var persistentMemory: PersistentMemory?
  /// The processes that have the backend open or mapped.
  package var users: [User] = []
  /// Whether `users` is complete.
  package var seesAllUsers = true

  /// The text for a `users` that is not complete.
  package static let unseenUsers =
    "it is not known whether another user's process has the backend open: the kernel shows their files only to root"

  package struct PersistentMemory: Hashable, Sendable {
    package let name: String
    package let mode: String
    package let alignment: UInt64?

    package init(name: String, mode: String, alignment: UInt64?) {
      self.name = name
      self.mode = mode
      self.alignment = alignment
    }
  }

  package struct User: Hashable, Sendable, CustomStringConvertible {
    /// The process; `nil` if it cannot be seen.
    package let process: Int?
    package let name: String
    /// The loop device, or the backing file of one, through which the backend is used; `nil` if it is used directly.
    package let through: String?

    package init(process: Int?, name: String, through: String? = nil) {
      self.process = process
      self.name = name
      self.through = through
    }

    package var description: String {
      (process.map { "\(name) (process \($0))" } ?? name) + (through.map { " by way of \($0)" } ?? "")
    }
  }

  package init(
    fileSystem: String?, pageSize: UInt64, allocated: UInt64?, available: UInt64?, isDirect: Bool,
    hasSynchronousMappings: Bool, sharesExtents: Bool, persistentMemory: PersistentMemory? = nil
  ) {
    self.fileSystem = fileSystem
    self.pageSize = pageSize
    self.allocated = allocated
    self.available = available
    self.isDirect = isDirect
    self.hasSynchronousMappings = hasSynchronousMappings
    self.sharesExtents = sharesExtents
    self.persistentMemory = persistentMemory
  }
}
