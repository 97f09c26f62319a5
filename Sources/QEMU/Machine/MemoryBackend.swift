/// The storage behind a memory device: `-object memory-backend-file` or `memory-backend-ram`.
package struct MemoryBackend: Equatable, Sendable {
  package enum Storage: Equatable, Sendable {
    /// Anonymous memory, gone with the guest.
    case ram
    /// The first `size` bytes of the file or device at `path`.
    case file(path: String)
  }

  package var id: String
  package var storage: Storage
  /// Mapped bytes. Nil, which only `--nvdimm` brings about: the size of the file.
  package var size: UInt64?
  /// Whether the guest's writes reach the file.
  package var isShared = false
  package var isReadOnly = false
  /// Alignment of the mapping (A) in bytes; nil: what the backend needs, a page as a rule.
  package var alignment: UInt64?
  /// The file lies on persistent memory of the host.
  package var isPersistentMemory = false
  package var isPreallocated = false
  package var discardsData = false
  package var mayBeMerged = true
  package var isDumped = true
  package var reservesSwap = true

  /// The page size of x86_64 in bytes, which is A of a file where nothing else is said.
  package static let pageSize: UInt64 = 0x1000

  package init(id: String, storage: Storage, size: UInt64?) {
    self.id = id
    self.storage = storage
    self.size = size
  }

  /// QEMU's name of the type of object.
  package var typeName: String {
    switch storage {
    case .ram: "memory-backend-ram"
    case .file: "memory-backend-file"
    }
  }
}
