import Basics
import CLinux
import LabelChange
package import PersistentMemory
package import QEMU
package import SystemPackage

/// The file or device at a path as QEMU will find it, whether or not it can be a backend. It is opened once for all
/// questions; nothing is changed.
package final class BackendExamination {
  package let path: FilePath
  /// The kind of the backend; `nil` if the file cannot be a backend.
  package let kind: BackendKind?
  /// The identity of the backend; `nil` if the file cannot be a backend.
  package let identity: BackendIdentity?
  /// The reason why the backend cannot be read.
  package let error: BackendError?
  /// The state that QEMU finds if it only reads the backend.
  package let forReading: BackendState
  /// The state that QEMU finds if it opens the backend for reading and writing.
  package private(set) lazy var forWriting = Self.refusal(ofWriting: path, unless: error) ?? forReading
  private let backend: Backend?
  /// The results of earlier searches and reads: one or two of each.
  private var searches: [(mappedSize: UInt64, found: LabelAreaSearch)] = []
  private var areas: [(range: Range<UInt64>, area: LabelArea?)] = []

  package init(path: FilePath) {
    self.path = path
    do throws(BackendError) {
      let backend = try Backend(path: path)
      forReading = backend.state
      kind = backend.kind
      identity = backend.identity
      self.backend = consume backend
      error = nil
    } catch {
      forReading = Self.state(of: path, error.reason)
      kind = nil
      identity = nil
      backend = nil
      self.error = error
    }
  }

  /// Returns the result of `look` on the backend; `nil` if there is none.
  package func inspect<Value>(
    _ look: (borrowing Backend) throws(BackendError) -> Value
  ) throws(BackendError) -> Value? {
    switch backend {
    case .some(let backend): return try look(backend)
    case .none: return nil
    }
  }

  /// Searches the backend for a label area that ends at `mappedSize`, and if there is none, anywhere.
  package func locateLabelArea(preferringEnd mappedSize: UInt64) throws(BackendError) -> LabelAreaSearch {
    if let search = searches.first(where: { $0.mappedSize == mappedSize }) { return search.found }
    let search = try inspect { (file) throws(BackendError) in try file.locateLabelArea(preferringEnd: mappedSize) }
    searches.append((mappedSize, search ?? .nothing))
    return search ?? .nothing
  }

  /// Returns the area of `labelSize` bytes at the end of the first `mappedSize` bytes, without a search; `nil` if it
  /// does not begin with a valid index block.
  package func indexedArea(of labelSize: UInt64, endingAt mappedSize: UInt64) -> LocatedLabelArea? {
    (try? inspect { $0.indexedArea(of: labelSize, endingAt: mappedSize) }) ?? nil
  }

  /// Returns the label area in `range`, whose size has been checked; `nil` if no index block fits into it, or if there
  /// is no backend.
  package func labelArea(in range: Range<UInt64>) throws(BackendError) -> LabelArea? {
    if let known = areas.first(where: { $0.range == range }) { return known.area }
    let bytes = try inspect { (file) throws(BackendError) in
      try file.bytes(at: range.lowerBound, count: Int(range.upperBound - range.lowerBound))
    }
    let area = bytes.flatMap { try? LabelArea($0) }
    areas.append((range, area))
    return area
  }

  /// Returns the bytes as a guest finds them: zeros where QEMU has yet to create or extend the file.
  package func mappedBytes(at offset: UInt64, count: Int) throws(BackendError) -> [UInt8] {
    let length = forReading.length ?? 0
    let stored = offset < length ? Int(min(UInt64(count), length - offset)) : 0
    let bytes =
      stored > 0 ? try inspect { (file) throws(BackendError) in try file.read(at: offset, count: stored) } : []
    return (bytes ?? []) + [UInt8](repeating: 0, count: count - stored)
  }

  /// The file system in which the file lies, or in which QEMU would create it.
  package private(set) lazy var fileSystem: HostFileSystem =
    switch backend {
    case .some(let backend): backend.kind == .regularFile ? HostFileSystem(of: backend.descriptor) : .common
    case .none: forWriting == .missing ? HostFileSystem(ofFolderOf: path) : .common
    }

  private static func state(of path: FilePath, _ reason: BackendError.Reason) -> BackendState {
    switch reason {
    case .missing: stateOfNothing(at: path)
    case .danglingLink: .danglingLink
    case .directory: .directory
    case .notABackend: stateOfSpecial(at: path)
    case .cannotOpen(let errno): .inaccessible(errno.description)
    default: .other
    }
  }

  /// Returns whether a file can be created at `path`, where there is none.
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

  /// Returns the reason why the file cannot be opened for writing; `nil` if it can be, or does not exist.
  private static func refusal(ofWriting path: FilePath, unless error: BackendError?) -> BackendState? {
    switch error?.reason {
    case nil, .directory, .notABackend: break
    default: return nil
    }
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
