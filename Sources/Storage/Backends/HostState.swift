/// What the host makes of a backend. All sizes are in bytes.
package struct HostState: Hashable, Sendable {
  /// The kind of the file system by its name in mount(8), or its magic number; nil for a device.
  package var fileSystem: String?
  /// The file system or device that lies in the host's memory, and keeps nothing when the host restarts; nil for any
  /// other.
  package var volatilePlace: String?
  /// Bytes of the pages by which it is mapped: those of a hugetlbfs are larger.
  package var pageSize: UInt64
  /// Bytes that the file takes, and that its file system still has; nil for a device.
  package var allocated: UInt64?
  package var available: UInt64?
  /// Whether it is mapped without a page cache.
  package var isDirect: Bool
  /// Whether it can be mapped so that what is written is durable once it has left the CPU's caches (MAP_SYNC).
  package var hasSynchronousMappings: Bool
  package var sharesExtents: Bool
  /// The host's persistent memory that a block device stands for; nil for any other.
  package var persistentMemory: PersistentMemory?
  /// The processes that have it open or mapped, by name and number.
  package var users: [User] = []
  /// Whether `users` are all that there are.
  package var seesAllUsers = true

  /// The fact that `seesAllUsers` is not so.
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
    /// Nil for one that cannot be seen.
    package let process: Int?
    package let name: String
    /// The loop device, or the file below one, by which it has the backend; nil where it has the backend itself.
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
