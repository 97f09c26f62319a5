/// The storage behind a memory device: `-object memory-backend-file` or `memory-backend-ram`.
package struct MemoryBackend: Equatable, Sendable {
  package enum Storage: Equatable, Sendable {
    /// Anonymous memory, which is lost with the guest.
    case ram
    /// The first `size` bytes of the file or device at `path`.
    case file(path: String)
  }

  package var id: String
  package var storage: Storage
  /// The mapped size in bytes; `nil`, which only `--nvdimm` produces, means the size of the file.
  package var size: UInt64?
  /// Whether the guest's writes reach the file.
  package var isShared = false
  package var isReadOnly = false
  /// The alignment A of the mapping in bytes; `nil` means the backend's own, usually a page.
  package var alignment: UInt64?
  /// Whether the file lies on persistent memory of the host.
  package var isPersistentMemory = false
  package var isPreallocated = false
  package var discardsData = false
  package var mayBeMerged = true
  package var isDumped = true
  package var reservesSwap = true

  /// The page size of x86_64 in bytes, which is the default A of a file.
  package static let pageSize: UInt64 = 0x1000

  package init(id: String, storage: Storage, size: UInt64?) {
    self.id = id
    self.storage = storage
    self.size = size
  }

  /// The name of the object's type in QEMU.
  package var typeName: String {
    switch storage {
    case .ram: "memory-backend-ram"
    case .file: "memory-backend-file"
    }
  }
}
