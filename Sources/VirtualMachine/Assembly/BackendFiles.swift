import QEMU
import SystemPackage

/// The files of a machine's backends, to find one that serves twice under whatever names.
struct BackendFiles {
  private enum Identity: Hashable {
    case file(device: DeviceID, inode: Inode)
    /// It is still to be made.
    case new(FilePath)
  }

  /// Whether the guest's writes reach the file.
  private var isWritten: [Identity: Bool] = [:]

  /// Whether the file at `name` is a backend that is there.
  func contain(_ name: String) -> Bool {
    guard let status = try? FilePath(name).stat() else { return false }
    return isWritten[.file(device: status.deviceID, inode: status.inode)] != nil
  }

  /// Enters the file of `backend`. Two backends may share one that neither of them writes to.
  mutating func add(_ backend: MemoryBackend) throws(AssemblyError) {
    guard case .file(let name) = backend.storage else { return }
    let path = FilePath(name).lexicallyNormalized()
    let identity = (try? path.stat()).map { Identity.file(device: $0.deviceID, inode: $0.inode) } ?? .new(path)
    let writes = backend.isShared && !backend.isReadOnly
    if let others = isWritten[identity], others || writes {
      throw AssemblyError("-object \(backend.properties)", .fileInUse(path: name))
    }
    isWritten[identity] = writes || isWritten[identity] ?? false
  }
}
