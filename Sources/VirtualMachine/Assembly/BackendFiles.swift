import GuestConfiguration
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
