import Glibc
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// The files and devices behind the paths of backends on this host, for the judge (`MachineStartup`).
final class BackendPaths {
  /// The reason why a path leads to no backend.
  private var errors: [String: BackendError] = [:]
  /// Whether the sandbox denies access to further files, because there is no slot for another NVDIMM.
  var isFull = false

  func look(at name: String) -> HostPath {
    let path = FilePath(name)
    let found = HostPath(BackendExamination(path: path))
    switch found.forReading {
    case .file, .device, .daxDevice, .missing: return found
    case .danglingLink, .directory, .unmappable, .zeroDevice, .nullDevice, .inaccessible, .other: break
    }
    do throws(BackendError) { _ = try Backend(path: path) } catch {
      errors[name] = error
      if isFull, error.isRefusedAccess, let unopened = Self.unopened(path) { return unopened }
    }
    return found
  }

  /// Describes a file that cannot be opened by its permissions and its length; `nil` if they forbid its use.
  private static func unopened(_ path: FilePath) -> HostPath? {
    var found = HostPath(BackendExamination(path: path))
    if let status = try? path.stat() {
      guard status.type == .regular, path.permits(R_OK) else { return nil }
      found.forReading = .file(size: UInt64(clamping: status.size))
      if path.permits(R_OK | W_OK) { found.forWriting = found.forReading }
    } else if path.folderOrDot.permits(W_OK) {
      found.forWriting = .missing
    }
    return found
  }

  /// Returns the reason why the machine that the judge stops cannot start. If the file itself is at fault, that is the
  /// reason; if a change of it was interrupted, that alone.
  func failure(_ stop: QEMUStop, blaming backend: MachinePrediction.Backend?) -> MachineAssembly.Failure {
    switch stop {
    case .complaint(.strict(.notABackend(let path)), _), .hang(let path):
      if let error = errors[path] { return .backend(error) }
    case .complaint, .help, .crash, .unknown, .unsaid:
      guard let path = backend?.request?.path else { break }
      do throws(BackendError) { _ = try Self.opened(FilePath(path), .readOnly) } catch {
        if error.reason == .unfinishedChange { return .backend(error) }
      }
    }
    return .stop(stop)
  }

  /// Opens and locks the backend at `path`. Throws if another program is changing its labels, or if such a change was
  /// interrupted.
  static func opened(_ path: FilePath, _ access: Backend.Access) throws(BackendError) -> Backend {
    let file = try Backend(path: path, access: access)
    try file.lock(.shared)
    try file.checkSettled()
    return file
  }

  /// Reads the facts that the file at a path, of which `size` bytes are to be mapped, provides; `nil` if it has
  /// yet to be made.
  static func facts(
    _ name: String, _ size: UInt64?, _ labels: LabelSize
  ) throws(BackendError) -> QEMUCommand.BackendFacts? {
    do throws(BackendError) { return try facts(of: Backend(path: FilePath(name)), size, labels) } catch {
      guard error.reason == .missing, size != nil else { throw error }
      return nil
    }
  }

  private static func facts(
    of backend: borrowing Backend, _ size: UInt64?, _ labels: LabelSize
  ) throws(BackendError) -> QEMUCommand.BackendFacts {
    let mapped = size ?? backend.size
    guard mapped >= MemoryBackend.pageSize || size != nil else {
      throw BackendError(backend.path, .noPage(backend.size))
    }
    let area = try backend.labelArea(labels, endingAt: mapped)
    var labelArea: LabelArea?
    if let area { labelArea = backend.labels(in: area) }
    return QEMUCommand.BackendFacts(
      size: backend.size, alignment: backend.alignment, labelSize: area.map { UInt64($0.size) },
      slot: labelArea?.virtualSlot)
  }
}

extension FilePath {
  /// Returns whether the file's permissions grant `mode` to this process.
  fileprivate func permits(_ mode: Int32) -> Bool {
    // Safe: the text lives for the call.
    unsafe withPlatformString { unsafe access($0, mode) } == 0
  }
}

extension Backend {
  /// Returns the label area at the end of the first `size` bytes that `option` specifies or leaves to be found.
  fileprivate func labelArea(_ option: LabelSize, endingAt size: UInt64) throws(BackendError) -> LocatedLabelArea? {
    switch option {
    case .none: nil
    case .exactly(let bytes): indexedArea(of: bytes, endingAt: size)
    case .automatic:
      switch try locateLabelArea(mappedSize: size).ofAtLeast(BackendGeometry.smallestLabelSize) {
      case .found(let area) where area.end == size && area.isIntact: area
      case .found, .ambiguous, .cutOff, .nothing: nil
      }
    }
  }

  /// Reads all labels in `area`; `nil` if its index blocks list none.
  fileprivate func labels(in area: LocatedLabelArea) -> LabelArea? {
    guard indexBlocks(of: area).contains(where: { !$0.usedSlots.isEmpty }) else { return nil }
    return (try? read(at: area.offset, count: area.size)).flatMap { try? LabelArea($0) }
  }
}
