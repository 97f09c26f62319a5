import CLinux
import Glibc
package import PersistentMemory
import Synchronization
package import SystemPackage

/// The file beside a backend that keeps the condition of its DIMM: `.NAME.vnvdimm-dimm`.
///
/// The file has no name as long as there is nothing to keep. It is created without one so that a process that can no
/// longer open files can still give it the name. `openSidecar` defines which files beside a backend count.
package final class ConditionFile: Sendable {
  private struct State: Sendable {
    var generation: UInt64
    var hasName: Bool
  }

  package let path: FilePath
  /// The contents of the file when it was opened; `nil` if there was no file.
  package let stored: ConditionRecord?
  private let file: OwnedDescriptor
  private let folder: OwnedDescriptor
  private let state: Mutex<State>

  package static func path(of backend: FilePath) -> FilePath {
    backend.sidecar("vnvdimm-dimm")
  }

  /// Returns the record beside `backend`; `nil` if there is none that counts.
  package static func record(beside backend: borrowing Backend) throws(BackendError) -> ConditionRecord? {
    guard backend.kind == .regularFile, let status = try? backend.descriptor.stat() else { return nil }
    let path = path(of: backend.path)
    guard let file = try open(path, .readOnly, status.userID) else { return nil }
    return try record(in: file, path)
  }

  /// Opens the file beside `backend`, or makes one without a name. Returns `nil` if the backend is a device, or if its
  /// file system does not support files without a name.
  package static func open(beside backend: borrowing Backend) throws(BackendError) -> ConditionFile? {
    guard backend.kind == .regularFile, let status = try? backend.descriptor.stat() else { return nil }
    let path = path(of: backend.path)
    // Safe: the text lives for the call.
    let opened = unsafe clinux_open_folder(backend.path.folderOrDot.string)
    guard opened >= 0 else { return nil }
    let folder = OwnedDescriptor(owning: opened)
    if let file = try open(path, .readWrite, status.userID) {
      let stored = try record(in: file, path)
      return ConditionFile(path, file, folder, stored: stored)
    }
    let unnamed = clinux_create_unnamed(folder.rawValue, status.mode.permissions.rawValue & 0o666)
    guard unnamed >= 0 else { return nil }
    // The owner of the backend should own its condition too; only root can give the file to another user.
    _ = fchown(unnamed, status.userID.rawValue, status.groupID.rawValue)
    return ConditionFile(path, OwnedDescriptor(owning: unnamed), folder, stored: nil)
  }

  private init(
    _ path: FilePath, _ file: consuming OwnedDescriptor, _ folder: consuming OwnedDescriptor, stored: ConditionRecord?
  ) {
    self.path = path
    self.file = file
    self.folder = folder
    self.stored = stored
    state = Mutex(State(generation: stored?.generation ?? 0, hasName: stored != nil))
  }

  /// Makes the file with the condition of a new DIMM whose backend is made at `path`; it replaces `former`.
  package static func creation(
    of condition: DIMMCondition, beside path: FilePath, replacing former: FormerCondition?
  ) -> BackendCreation {
    let record = ConditionRecord(generation: 1, condition: condition, isInUse: false)
    return BackendCreation(
      path: Self.path(of: path), size: UInt64(ConditionRecord.fileSize),
      contents: [(UInt64(ConditionRecord.offset(generation: 1)), SparseBytes(record.encoded))],
      replacement: former == nil ? .nothing : .own { _ in true })
  }

  /// Durably removes the media errors at and above `end`: those addresses are gone, or lead to other bytes.
  package static func cut(beside backend: borrowing Backend, at end: UInt64) throws(BackendError) {
    guard let record = try record(beside: backend), let file = try open(beside: backend) else { return }
    var condition = record.condition
    guard condition.cut(at: end) else { return }
    do throws(Errno) { try file.keep(condition, isInUse: record.isInUse) } catch {
      throw BackendError(file.path, .cannotWrite(offset: 0, error))
    }
  }

  /// Whether the file has its name, and so keeps a condition.
  package var isKept: Bool { state.withLock { $0.hasName } }

  /// Keeps `condition` durably. `isInUse` is true for the DIMM of a running guest, false once the guest has ended in an
  /// orderly way.
  package func keep(_ condition: DIMMCondition, isInUse: Bool) throws(Errno) {
    try state.withLock { state throws(Errno) in
      let record = ConditionRecord(generation: state.generation + 1, condition: condition, isInUse: isInUse)
      let offset = ConditionRecord.offset(generation: record.generation)
      do {
        if !state.hasName { try file.descriptor.resize(to: Int64(ConditionRecord.fileSize)) }
        try file.descriptor.writeAll(toAbsoluteOffset: Int64(offset), record.encoded)
      } catch { throw Errno(error) }
      try file.descriptor.synchroniseData()
      if !state.hasName {
        // Safe: the text lives for the call.
        let answer = unsafe clinux_name(file.rawValue, folder.rawValue, path.lastComponent?.string ?? "")
        guard answer >= 0 else { throw Errno(rawValue: -answer) }
        // If this process can no longer open the folder, its names still reach the disk, but later.
        _ = clinux_sync_folder(folder.rawValue)
      }
      state = State(generation: record.generation, hasName: true)
    }
  }

  fileprivate static func open(
    _ path: FilePath, _ mode: FileDescriptor.AccessMode, _ owner: UserID
  ) throws(BackendError) -> OwnedDescriptor? {
    do throws(Errno) { return try path.openSidecar(mode, besideFileOf: owner) } catch {
      throw BackendError(path, .cannotOpen(error))
    }
  }

  /// Returns the record in `file`. Throws if the record is incomplete.
  fileprivate static func record(
    in file: borrowing OwnedDescriptor, _ path: FilePath
  ) throws(BackendError) -> ConditionRecord {
    let bytes: [UInt8]
    do throws(Errno) { bytes = try file.descriptor.remainingBytes(limit: ConditionRecord.fileSize) } catch {
      throw BackendError(path, error == .fileTooLarge ? .conditionDamaged : .cannotRead(offset: 0, error))
    }
    guard let record = ConditionRecord.newest(in: bytes) else { throw BackendError(path, .conditionDamaged) }
    return record
  }
}

/// The kept condition of a DIMM whose backend had, or still has, the name of a new one.
package struct FormerCondition: Sendable {
  package let path: FilePath
  /// The record; `nil` if it is damaged.
  package let record: ConditionRecord?

  /// Reads the record beside the backend at `path`, which may no longer exist; `nil` if there is none that counts.
  package init?(beside path: FilePath) {
    let beside = ConditionFile.path(of: path)
    let owner = (try? path.stat(followTargetSymlink: false))?.userID ?? UserID(rawValue: geteuid())
    guard let file = try? ConditionFile.open(beside, .readOnly, owner) else { return nil }
    self.path = beside
    record = try? ConditionFile.record(in: file, beside)
  }

  package func remove() throws(BackendError) {
    // Safe: the text lives for the call.
    let answer = unsafe path.withPlatformString { unsafe unlink($0) }
    guard answer == 0 || errno == ENOENT else { throw BackendError(path, .cannotFinish(Errno(rawValue: errno))) }
  }
}
