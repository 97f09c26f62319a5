import Basics
import CLinux
import Glibc
import PersistentMemory
package import QEMU
package import SystemPackage

/// Where the layout fingerprint of a backend is kept.
///
/// In an extended attribute of the backend, or, if its file system has none or the backend is a device, in a separate
/// file.
package struct LayoutSeal: Sendable {
  /// The extended attribute of a backend that holds its fingerprint.
  package static let attribute = "user.vnvdimm.layout"
  private static let limit = 64 << 10

  /// The place: an attribute of the backend, or a file.
  package enum Place: Hashable, Sendable {
    case attribute
    case file(FilePath)
  }

  package let fingerprint: LayoutFingerprint
  package let place: Place

  /// Returns whether it lies beside `backend` but belongs to another file that had the name before.
  package func isOfPredecessor(of backend: borrowing Backend) -> Bool {
    guard case .file = place, let sealed = fingerprint.file, let now = backend.inode else { return false }
    return sealed.inode != now.inode
  }

  /// Compares the sealed fingerprint with `backend` and the values that a start uses.
  package func verification(of backend: borrowing Backend, _ now: LayoutFingerprint) -> LayoutVerification {
    LayoutVerification(
      of: backend.path.string, sealed: fingerprint, now: now, isOfPredecessor: isOfPredecessor(of: backend),
      change: change(of: backend, now), sidecar: namedSidecar(of: backend))
  }

  private func change(of backend: borrowing Backend, _ now: LayoutFingerprint) -> LayoutVerification.Change {
    // A start as sealed has read them already.
    let areInPlace =
      (now.size, now.labelSize) == (fingerprint.size, fingerprint.labelSize) && now.labels?.version != nil
    if fingerprint.labels?.version != nil, !areInPlace,
      backend.indexedArea(of: fingerprint.labelSize, endingAt: fingerprint.size) == nil
    {
      let search = try? backend.locateLabelArea(preferringEnd: backend.size)
      if case .found(let area)? = search, area.isIntact { return .labelsElsewhere(area) }
      if backend.size >= fingerprint.size { return .labelsGone }
    }
    if backend.size == fingerprint.length { return .none }
    return backend.size < fingerprint.length ? .shorter : .longer
  }

  /// The file of the fingerprint of `backend`, where it was named.
  private func namedSidecar(of backend: borrowing Backend) -> String? {
    guard case .file(let place) = place, place != Self.sidecar(of: backend.path) else { return nil }
    return place.string
  }

  /// Returns the file beside the one at `path` that holds the fingerprint if the file cannot have attributes:
  /// `.NAME.vnvdimm-layout`.
  package static func sidecar(of path: FilePath) -> FilePath {
    path.sidecar("vnvdimm-layout")
  }

  /// Reads the fingerprint of `backend`, from `sidecar` if one is given; `nil` if there is none.
  package init?(of backend: borrowing Backend, sidecar: FilePath?) throws(LayoutSealError) {
    if let sidecar {
      guard let bytes = try Self.contents(of: sidecar) else { return nil }
      (fingerprint, place) = (try Self.decoded(bytes), .file(sidecar))
    } else if let bytes = try Self.attribute(of: backend) {
      (fingerprint, place) = (try Self.decoded(bytes), .attribute)
    } else {
      let beside = Self.sidecar(of: backend.path)
      guard backend.kind == .regularFile, let bytes = try Self.impliedContents(of: beside, for: backend) else {
        return nil
      }
      (fingerprint, place) = (try Self.decoded(bytes), .file(beside))
    }
  }

  /// Keeps `fingerprint` with `backend`, or in `sidecar`. Returns the place.
  package static func keep(
    _ fingerprint: LayoutFingerprint, of backend: borrowing Backend, sidecar: FilePath?
  ) throws(LayoutSealError) -> Place {
    let bytes = [UInt8](fingerprint.json.formatted(.line).utf8)
    if let sidecar { return try write(bytes, to: sidecar, of: backend, isOwn: isFingerprint) }
    guard backend.kind == .regularFile else { throw .noPlace }
    // Safe: the array outlives the call, and its count is given.
    let answer = unsafe bytes.withUnsafeBytes { buffer in
      unsafe buffer.baseAddress.map {
        unsafe clinux_set_attribute(backend.descriptor.rawValue, attribute, $0, buffer.count)
      } ?? 0
    }
    let errno = Errno(rawValue: -answer)
    guard answer >= 0 else {
      // There is no support for attributes, or no room for one.
      guard [.notSupportedOnSocket, .noSpace, .diskQuotaExceeded].contains(errno) || errno.rawValue == E2BIG else {
        throw .cannotKeep(errno)
      }
      // The name is reserved for the suite, and so is any file that has it.
      let place = try write(bytes, to: self.sidecar(of: backend.path), of: backend) { _ in true }
      // An older fingerprint in the attribute would take precedence.
      let removal = unsafe clinux_remove_attribute(backend.descriptor.rawValue, attribute)
      guard removal >= 0 else { throw .cannotKeep(Errno(rawValue: -removal)) }
      return place
    }
    guard fsync(backend.descriptor.rawValue) == 0 else { throw .cannotKeep(Errno(rawValue: Glibc.errno)) }
    return .attribute
  }

  private static func write(
    _ bytes: [UInt8], to path: FilePath, of backend: borrowing Backend, isOwn: @escaping @Sendable ([UInt8]) -> Bool
  ) throws(LayoutSealError) -> Place {
    do throws(BackendError) {
      try BackendCreation(
        path: path, size: UInt64(bytes.count), contents: [(0, SparseBytes(bytes))], replacement: .own(isOwn),
        mode: backend.modeOfCopies
      ).prepare().publish()
    } catch { throw .cannotWrite(error) }
    return .file(path)
  }

  /// Returns whether `head` begins a fingerprint, of any version: its members are in the order of their names.
  private static let isFingerprint: @Sendable ([UInt8]) -> Bool = { $0.starts(with: #"{"align":"#.utf8) }

  private static func attribute(of backend: borrowing Backend) throws(LayoutSealError) -> [UInt8]? {
    guard backend.kind == .regularFile else { return nil }
    var bytes = [UInt8](repeating: 0, count: limit)
    // Safe: the array outlives the call, and its count is given.
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe buffer.baseAddress.map {
        unsafe clinux_get_attribute(backend.descriptor.rawValue, attribute, $0, buffer.count)
      } ?? 0
    }
    guard count < 0 else { return [UInt8](bytes[..<count]) }
    let errno = Errno(rawValue: CInt(-count))
    guard errno == .noData || errno == .notSupportedOnSocket else { throw .cannotRead(errno) }
    return nil
  }

  private static func contents(of path: FilePath) throws(LayoutSealError) -> [UInt8]? {
    do throws(Errno) { return try path.fileContents(limit: limit) } catch {
      guard error == .noSuchFileOrDirectory else { throw .cannotRead(error) }
      return nil
    }
  }

  /// Returns the contents of the file at `path`, which the user did not name; `nil` if there is none that counts.
  private static func impliedContents(
    of path: FilePath, for backend: borrowing Backend
  ) throws(LayoutSealError) -> [UInt8]? {
    guard let owner = (try? backend.descriptor.stat())?.userID else { return nil }
    do throws(Errno) {
      guard let file = try path.openSidecar(besideFileOf: owner) else { return nil }
      return try file.descriptor.remainingBytes(limit: limit)
    } catch { throw .cannotRead(error) }
  }

  private static func decoded(_ bytes: [UInt8]) throws(LayoutSealError) -> LayoutFingerprint {
    let json = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
    guard let fingerprint = json.flatMap({ LayoutFingerprint($0) }) else {
      let isOfAnother = json?["format"].map { $0 != .format } ?? false
      throw isOfAnother ? .later : .unreadable
    }
    return fingerprint
  }
}

/// Why a layout fingerprint cannot be read or kept.
package enum LayoutSealError: Error, Hashable, Sendable {
  case cannotRead(Errno)
  case cannotKeep(Errno)
  /// The fingerprint is damaged, or is not one of this suite's.
  case unreadable
  /// A later version of the suite has written the fingerprint.
  case later
  /// A device has no attributes that last, and no file was named.
  case noPlace
  case cannotWrite(BackendError)
}

extension LayoutSealError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .cannotRead(let errno): "cannot read the layout fingerprint: \(errno)"
    case .cannotKeep(let errno): "cannot keep the layout fingerprint: \(errno)"
    case .unreadable: "the layout fingerprint cannot be understood"
    case .later: "the format of the layout fingerprint is that of a later version of vnvdimm"
    case .noPlace: "a device cannot hold a layout fingerprint"
    case .cannotWrite(let error): "cannot keep the layout fingerprint: \(error.path): \(error.reason)"
    }
  }
}
