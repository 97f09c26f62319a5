import QEMU
import Storage
import SystemPackage

extension MachinePrediction.Backend {
  var isNew: Bool { if case .created = change { true } else { false } }

  /// Opens and locks the file or the device. Throws unless it still has the size that the judge saw.
  func opened() throws(MachineAssembly.Failure) -> Backend {
    let option = option.backend
    guard case .file(let name) = option.storage else { throw .stop(.complaint(.noMemoryDevice, at: location)) }
    let file: Backend
    do { file = try BackendPaths.opened(FilePath(name), isWritten ? .readWrite : .readOnly) } catch {
      throw .backend(error)
    }
    let expected = option.size ?? 0
    guard file.kind == .regularFile ? file.size == expected : file.size >= expected else {
      throw .stop(.complaint(.strict(.sizeMismatch(stored: file.size, expected: expected)), at: .arguments([name])))
    }
    return file
  }

  /// Makes the file, sparse, and completes it before it gets its name. Returns the name, or `nil` if the backend is
  /// RAM.
  func create() throws(BackendError) -> FilePath? {
    guard case .file(let name) = option.backend.storage else { return nil }
    let path = FilePath(name)
    let preallocation: BackendCreation.Preallocation = option.backend.isPreallocated ? .falloc : .off
    try BackendCreation(path: path, size: option.backend.size ?? 0, preallocation: preallocation).prepare().publish()
    return path
  }

  /// Returns how the guest's writes to `file` become durable. With `losesUnflushed`, only flushed writes do, provided
  /// that the host can keep the others from the file.
  func durability(on file: borrowing Backend, losesUnflushed: Bool) -> Durability {
    guard isWritten else { return .none }
    guard file.kind != .daxDevice else { return .direct }
    guard !losesUnflushed else { return .onFlush }
    guard file.kind == .regularFile else { return .pageCache }
    guard let unit = Int(exactly: file.alignment) else { return .pageCache }
    do throws(Errno) {
      // Only a DAX file system supports such a mapping.
      _ = try MemoryMapping(file: file.descriptor, size: unit, sharing: .synchronous, alignment: unit)
      return .direct
    } catch { return .pageCache }
  }

  /// Returns the failure for memory that cannot be mapped.
  func failure(mapping error: Errno) -> MachineAssembly.Failure {
    .stop(.complaint(.start(.cannotMap(reason: "\(error)")), at: location))
  }
}
