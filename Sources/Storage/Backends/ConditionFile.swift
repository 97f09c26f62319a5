import CLinux
import Glibc
package import PersistentMemory
import Synchronization
package import SystemPackage

/// The file that keeps the condition of a backend's DIMM beside the backend: `.NAME.vnvdimm-dimm`.
///
/// There is none as long as there is nothing to keep: the file is made without a name, so that a process which can no
/// longer open files still can give it the name.
package final class ConditionFile: Sendable {
  private struct State: Sendable {
    var generation: UInt64
    var hasName: Bool
  }

  package let path: FilePath
  /// What was in the file when it was opened; nil where there was none.
  package let stored: ConditionRecord?
  private let file: FileDescriptor
  private let folder: FileDescriptor
  private let state: Mutex<State>

  package static func path(of backend: FilePath) -> FilePath {
    backend.sidecar("vnvdimm-dimm")
  }

  /// The record beside the backend at `path`, a file of `owner`'s or of the caller's; nil where there is none. Names
  /// beside a backend are hostile: nothing but such a file is read, and no link is followed.
  package static func record(of path: FilePath, owner: UserID) throws(BackendError) -> ConditionRecord? {
    let path = Self.path(of: path)
    guard let file = try open(path, .readOnly) else { return nil }
    defer { try? file.close() }
    return try record(in: file, path, owner)
  }

  /// Opens the file beside `backend`, or makes one without a name. Nil where the backend is a device, or its file system
  /// has no such files.
  package static func open(beside backend: borrowing Backend) throws(BackendError) -> ConditionFile? {
    guard backend.kind == .regularFile, let status = try? backend.descriptor.stat() else { return nil }
    let path = path(of: backend.path)
    // Safe: the text lives for the call.
    let folder = unsafe clinux_open_folder(backend.path.folderOrDot.string)
    guard folder >= 0 else { return nil }
    let opened = FileDescriptor(rawValue: folder)
    do throws(BackendError) {
      if let file = try open(path, .readWrite) {
        do throws(BackendError) {
          return ConditionFile(path, file, opened, stored: try record(in: file, path, status.userID))
        } catch {
          try? file.close()
          throw error
        }
      }
    } catch {
      try? opened.close()
      throw error
    }
    let unnamed = clinux_create_unnamed(folder, status.mode.permissions.rawValue & 0o666)
    guard unnamed >= 0 else {
      try? opened.close()
      return nil
    }
    return ConditionFile(path, FileDescriptor(rawValue: unnamed), opened, stored: nil)
  }

  private init(_ path: FilePath, _ file: FileDescriptor, _ folder: FileDescriptor, stored: ConditionRecord?) {
    self.path = path
    self.file = file
    self.folder = folder
    self.stored = stored
    state = Mutex(State(generation: stored?.generation ?? 0, hasName: stored != nil))
  }

  deinit {
    try? file.close()
    try? folder.close()
  }

  /// Whether it has its name, and something is kept.
  package var isKept: Bool { state.withLock { $0.hasName } }

  /// Keeps `condition`, durably; of a DIMM that a guest has, or whose guest came to an orderly end.
  package func keep(_ condition: DIMMCondition, isInUse: Bool) throws(Errno) {
    try state.withLock { state throws(Errno) in
      let record = ConditionRecord(generation: state.generation + 1, condition: condition, isInUse: isInUse)
      let offset = ConditionRecord.offset(generation: record.generation)
      do {
        if !state.hasName { try file.resize(to: Int64(ConditionRecord.fileSize)) }
        try file.writeAll(toAbsoluteOffset: Int64(offset), record.encoded)
      } catch { throw Errno(error) }
      guard fdatasync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
      if !state.hasName {
        // Safe: the text lives for the call.
        let answer = unsafe clinux_name(file.rawValue, folder.rawValue, path.lastComponent?.string ?? "")
        guard answer >= 0 else { throw Errno(rawValue: -answer) }
        // A folder that this process can no longer open gets its names to the disk all the same, later.
        _ = clinux_sync_folder(folder.rawValue)
      }
      state = State(generation: record.generation, hasName: true)
    }
  }

  /// Nil where there is none.
  private static func open(
    _ path: FilePath, _ mode: FileDescriptor.AccessMode
  ) throws(BackendError) -> FileDescriptor? {
    do { return try FileDescriptor.open(path, mode, options: [.noFollow, .nonBlocking, .closeOnExec]) } catch {
      let errno = Errno(error)
      guard errno == .noSuchFileOrDirectory else { throw BackendError(path, .cannotOpen(errno)) }
      return nil
    }
  }

  /// The record in `file`; throws where that is no such file.
  private static func record(
    in file: FileDescriptor, _ path: FilePath, _ owner: UserID
  ) throws(BackendError) -> ConditionRecord {
    guard let status = try? file.stat(), status.type == .regular,
      status.userID == owner || status.userID.rawValue == geteuid(), status.size <= Int64(ConditionRecord.fileSize)
    else { throw BackendError(path, .notACondition) }
    let bytes: [UInt8]
    do throws(Errno) { bytes = try file.bytes(at: 0, count: ConditionRecord.fileSize) } catch {
      throw BackendError(path, .cannotRead(offset: 0, error))
    }
    guard let record = ConditionRecord.newest(in: bytes) else { throw BackendError(path, .notACondition) }
    return record
  }
}
