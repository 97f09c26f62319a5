import CLinux
import Glibc
package import SystemPackage

/// The existing file that a new file may replace.
package enum FileReplacement: Sendable {
  /// Nothing.
  case nothing
  /// A backend that is not in use; with `allowsUnseenUsers`, even if some processes cannot be examined.
  case backend(allowsUnseenUsers: Bool)
  /// A file that this suite wrote, judging by its first bytes (at most 4096), or an empty one.
  case own(@Sendable (_ head: [UInt8]) -> Bool)
}

/// A file to be replaced by a new one that differs only in its contents.
struct ReplacedFile: ~Copyable {
  private let backend: Backend
  private let status: Stat

  /// Opens the file at `path`, which `seen` describes. Throws if it may not be replaced.
  init(at path: FilePath, seen: Stat, _ replacement: FileReplacement) throws(BackendError) {
    let backend: Backend
    switch replacement {
    case .nothing: throw BackendError(path, .exists)
    case .backend(let allowsUnseenUsers):
      backend = try Backend.unused(path, .readOnly, allowsUnseenUsers: allowsUnseenUsers)
    case .own(let isOwn):
      backend = try Backend(path: path)
      let head = try backend.read(at: 0, count: Int(min(backend.size, 4096)))
      guard head.isEmpty || isOwn(head) else { throw BackendError(path, .exists) }
    }
    guard let status = try? backend.descriptor.stat(), Self.isSame(status, seen) else {
      throw BackendError(path, .inUse("a program that has just replaced it"))
    }
    guard status.linkCount == 1 else { throw BackendError(path, .severalNames(Int(status.linkCount))) }
    self.backend = backend
    self.status = status
  }

  private static func isSame(_ one: Stat, _ other: Stat) -> Bool {
    (one.deviceID, one.inode) == (other.deviceID, other.inode)
  }

  /// Returns whether `name` in `folder` stands for this file.
  func isCalled(_ name: String, in folder: FileDescriptor) -> Bool {
    (try? FilePath(name).stat(relativeTo: folder, flags: .symlinkNoFollow)).map { Self.isSame($0, status) } ?? false
  }

  /// Gives `file` the owner, the attributes and the mode. Returns the item that could not be set and the errno, or
  /// `nil`.
  ///
  /// The new file does not get a layout fingerprint.
  func handOver(to file: FileDescriptor) -> (what: String, errno: Errno)? {
    guard fchown(file.rawValue, status.userID.rawValue, status.groupID.rawValue) == 0 else {
      return ("mode and owner", Errno(rawValue: errno))
    }
    var name = [CChar](repeating: 0, count: 256)
    // Safe: the array outlives the call, and its count is given.
    let answer = unsafe name.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.map {
        unsafe clinux_copy_attributes(
          backend.descriptor.rawValue, file.rawValue, LayoutSeal.attribute, $0, buffer.count)
      } ?? 0
    }
    guard answer >= 0 else {
      let name = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return (name.isEmpty ? "attributes" : "attribute \(name)", Errno(rawValue: -answer))
    }
    guard fchmod(file.rawValue, status.mode.permissions.rawValue) == 0 else {
      return ("mode and owner", Errno(rawValue: errno))
    }
    return nil
  }
}

extension Backend {
  /// The mode of a new file that gets bytes of this one: readable only by users who may read this one.
  package var modeOfCopies: FilePermissions {
    guard kind == .regularFile, let status = try? descriptor.stat(),
      status.mode.permissions.contains([.groupRead, .otherRead]), !clinux_has_access_list(descriptor.rawValue)
    else { return .ownerReadWrite }
    return [.ownerReadWrite, .groupRead, .otherRead]
  }
}

/// The temporary names of files in their folder: `.vnvdimm-` and sixteen digits.
///
/// The program that makes such a file keeps it locked while it works on it. One that can be locked was left behind by a
/// killed run: it is either incomplete or was replaced by a complete one.
enum HiddenName {
  private static let start = ".vnvdimm-"
  private static let digits = 16

  static func new() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return start + String(repeating: "0", count: Self.digits - digits.count) + digits
  }

  private static func isHidden(_ name: String) -> Bool {
    name.utf8.count == start.utf8.count + digits && name.hasPrefix(start)
      && name.dropFirst(start.count).allSatisfy { $0.isASCII && $0.isHexDigit && !$0.isUppercase }
  }

  /// Removes the leftover files in `folder` and returns their names. Files that cannot be examined stay.
  static func removeLeftovers(in folder: FileDescriptor) -> [String] {
    // A folder that was opened for names alone (O_PATH) cannot be listed through its descriptor.
    FilePath("/proc/self/fd/\(folder.rawValue)").names.filter(isHidden).sorted().filter { name in
      guard
        let status = try? FilePath(name).stat(relativeTo: folder, flags: .symlinkNoFollow), status.type == .regular
      else { return false }
      // Safe: the texts live for the calls.
      let opened = unsafe clinux_open_without_waiting(folder.rawValue, name)
      guard opened >= 0 else { return false }
      let file = OwnedDescriptor(owning: opened)
      guard clinux_lock(file.rawValue, true) >= 0 else { return false }
      defer { withExtendedLifetime(file) {} }
      return unsafe clinux_unlink(folder.rawValue, name) >= 0
    }
  }
}

/// Holds back termination signals as long as it exists, so that nothing is left half done.
///
/// A signal that arrived meanwhile takes effect when the hold ends, so the program still ends by it.
package struct TerminationHold: ~Copyable {
  private let before = clinux_hold_termination()

  package init() {}

  /// Whether a termination signal is pending; always false without a hold.
  package static var isEndRequested: Bool { clinux_termination_pending() }

  deinit { clinux_release_signals(before) }
}
