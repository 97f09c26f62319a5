package import Basics
import CLinux
package import LabelChange
package import PersistentMemory
package import QEMU
package import SystemPackage

/// What stands at a path, as QEMU will find it: also where it is no backend.
package struct BackendExamination: ~Copyable {
  package let state: BackendState
  /// Nil where it is no backend.
  package let kind: BackendKind?
  /// Nil where it is no backend.
  package let identity: BackendIdentity?
  /// Why it cannot be read.
  package let error: BackendError?
  private let backend: Backend?
  private let path: FilePath

  /// Looks at `path` without changing anything, as at a backend that will be opened for `access`.
  package init(path: FilePath, access: Backend.Access = .readWrite) {
    self.path = path
    do throws(BackendError) {
      let backend = try Backend(path: path)
      state = (access == .readWrite ? Self.refusal(ofWriting: path) : nil) ?? backend.state
      kind = backend.kind
      identity = backend.identity
      self.backend = consume backend
      error = nil
    } catch {
      state = Self.state(of: path, error.reason, access)
      kind = nil
      identity = nil
      backend = nil
      self.error = error
    }
  }

  /// The `count` bytes at `offset`; an error where there is no backend.
  package func read(at offset: UInt64, count: Int) throws(BackendError) -> [UInt8] {
    switch backend {
    case .some(let backend): return try backend.read(at: offset, count: count)
    case .none: throw error ?? BackendError("", .missing)
    }
  }

  /// Searches the backend for a label area that ends at `mappedSize`, failing that anywhere.
  package func locateLabelArea(preferringEnd mappedSize: UInt64) throws(BackendError) -> LabelAreaSearch {
    switch backend {
    case .some(let backend): return try backend.locateLabelArea(preferringEnd: mappedSize)
    case .none: return .nothing
    }
  }

  /// The change of its label area that a crash interrupted; nil where there is none, or no backend.
  package func unfinishedChange() throws(BackendError) -> UnfinishedChange? {
    switch backend {
    case .some(let backend): return try backend.unfinishedChange()
    case .none: return nil
    }
  }

  /// What lies in `window`; nothing where there is no backend.
  package func contents(of window: ContentsWindow) throws(BackendError) -> [StoredContents] {
    switch backend {
    case .some(let backend): return try backend.contents(of: window)
    case .none: return []
    }
  }

  /// What claims `range` by a superblock in the end of it; nothing where there is no backend.
  package func claim(toEndOf range: Range<UInt64>) throws(BackendError) -> StoredContents? {
    switch backend {
    case .some(let backend): return try backend.claim(toEndOf: range)
    case .none: return nil
    }
  }

  /// What differs from the layout fingerprint that is kept with the backend, if a start uses `request` for a DIMM in
  /// `slot`; nothing where there is no fingerprint, or none that can be read.
  package func layoutFindings(for request: BackendRequest, slot: Int?, rules: SizingRules) -> [Finding] {
    switch backend {
    case .some(let backend):
      guard let sealed = (try? LayoutSeal(of: backend, sidecar: nil))?.fingerprint,
        let now = try? backend.fingerprint(
          size: request.size, labelSize: request.labelSize ?? 0, align: request.alignment, slot: slot, rules: rules)
      else { return [] }
      return LayoutVerification(of: path.string, sealed: sealed, now: now).findings
    case .none: return []
    }
  }

  /// The file system that it lies in, or in which QEMU would make it.
  package var fileSystem: HostFileSystem {
    switch backend {
    case .some(let backend): return backend.kind == .regularFile ? HostFileSystem(of: backend.descriptor) : .common
    case .none: return state == .missing ? HostFileSystem(ofFolderOf: path) : .common
    }
  }

  /// What the host makes of it; nil where there is no backend.
  package func host(users: HostProcesses) -> HostState? {
    switch backend {
    case .some(let backend): return backend.host(users: users)
    case .none: return nil
    }
  }

  private static func state(
    of path: FilePath, _ reason: BackendError.Reason, _ access: Backend.Access
  ) -> BackendState {
    let refusal = access == .readWrite ? Self.refusal(ofWriting: path) : nil
    return switch reason {
    case .missing: stateOfNothing(at: path)
    case .danglingLink: .danglingLink
    case .directory: refusal ?? .directory
    case .notABackend: refusal ?? stateOfSpecial(at: path)
    case .cannotOpen(let errno): .inaccessible(errno.description)
    default: .other
    }
  }

  /// Whether a file can be created where there is none.
  private static func stateOfNothing(at path: FilePath) -> BackendState {
    guard path.lastComponent != nil else { return .inaccessible(Errno.noSuchFileOrDirectory.description) }
    // Safe: the text lives as long as the call.
    let answer = unsafe path.folderOrDot.withPlatformString { unsafe clinux_may_create_in($0) }
    return answer < 0 ? .inaccessible(Errno(rawValue: -answer).description) : .missing
  }

  private static func stateOfSpecial(at path: FilePath) -> BackendState {
    guard let status = try? path.stat() else { return .other }
    switch (status.type, status.specialDeviceID.rawValue) {
    case (.fifo, _): return .unmappable
    case (.socket, _): return .inaccessible(Errno.noSuchAddressOrDevice.description)
    // Linux Documentation/admin-guide/devices.txt: major 1, minors 3 and 5.
    case (.characterSpecial, 0x103): return .nullDevice
    case (.characterSpecial, 0x105): return .zeroDevice
    default: return .other
    }
  }

  /// QEMU opens every backend for reading and writing.
  private static func refusal(ofWriting path: FilePath) -> BackendState? {
    // Safe: the text lives as long as the call.
    let answer = unsafe path.withPlatformString { unsafe clinux_may_write($0) }
    return answer < 0 ? .inaccessible(Errno(rawValue: -answer).description) : nil
  }
}

extension Backend {
  fileprivate var state: BackendState {
    switch kind {
    case .regularFile: .file(size: size)
    case .blockDevice: .device(size: size)
    case .daxDevice: .daxDevice(size: size, alignment: alignment)
    }
  }
}
