import CLinux
import Glibc
package import SystemPackage

/// What may have the name of a new file already, and gives way to it.
package enum FileReplacement: Sendable {
  /// Nothing.
  case nothing
  /// A backend that nobody has; `allowsUnseenUsers` where it does not matter that some processes cannot be looked into.
  case backend(allowsUnseenUsers: Bool)
  /// A file that this suite has written before, as its first bytes tell, at most 4096 of them; one without bytes, too.
  case own(@Sendable (_ head: [UInt8]) -> Bool)
}

/// A file that gives way to a new one, which is to be what it was besides its contents.
struct ReplacedFile: ~Copyable {
  private let backend: Backend
  private let status: Stat

  /// Opens the file at `path`, which `seen` describes; throws where it may not be replaced.
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

  /// Whether it is what `name` stands for in `folder`.
  func isCalled(_ name: String, in folder: FileDescriptor) -> Bool {
    (try? FilePath(name).stat(relativeTo: folder, flags: .symlinkNoFollow)).map { Self.isSame($0, status) } ?? false
  }

  /// Gives `file` the owner, the attributes and the mode; answers what it cannot have, and why.
  ///
  /// A fingerprint of the layout is none of the new file's.
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
  /// The mode of a new file that gets bytes of this one: nobody reads it who may not read this one.
  package var modeOfCopies: FilePermissions {
    guard kind == .regularFile, let status = try? descriptor.stat(),
      status.mode.permissions.contains([.groupRead, .otherRead]), !clinux_has_access_list(descriptor.rawValue)
    else { return .ownerReadWrite }
    return [.ownerReadWrite, .groupRead, .otherRead]
  }
}
