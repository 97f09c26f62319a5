import Glibc
import HostResources
import SystemPackage

/// A process that has a backend open or mapped.
package struct BackendUser: Hashable, Sendable, CustomStringConvertible {
  package let process: Int
  /// Its name, at most 15 bytes.
  package let name: String

  package init(process: Int, name: String) {
    self.process = process
    self.name = name
  }

  package var description: String { "\(name) (process \(process))" }
}

extension Backend {
  /// The processes that have the backend open or mapped, this one aside, as far as the caller may see them.
  ///
  /// Source: proc(5), `/proc/pid/fd` and `/proc/pid/maps`.
  package func users() -> [BackendUser] {
    guard let own = try? descriptor.stat() else { return [] }
    let numbers = FilePath("/proc").names.compactMap { Int($0) }.filter { $0 != Int(getpid()) }
    return numbers.sorted().compactMap { number in
      let folder = FilePath("/proc/\(number)")
      guard folder.hasOpen(own) || folder.hasMapped(own) else { return nil }
      let name = folder.appending("comm").text.prefix { $0 != "\n" }
      return BackendUser(process: number, name: String(name))
    }
  }

  /// Throws where another process has the backend open or mapped.
  package func checkUnused() throws(BackendError) {
    guard let user = users().first else { return }
    throw BackendError(path, .inUse(user.description))
  }
}

extension FilePath {
  /// Whether the process whose folder this is has a descriptor of the file that `status` describes.
  fileprivate func hasOpen(_ status: Stat) -> Bool {
    let folder = appending("fd")
    return folder.names.contains { name in
      guard let other = try? folder.appending(name).stat(), other.type == status.type else { return false }
      return status.type == .regular
        ? (other.deviceID, other.inode) == (status.deviceID, status.inode)
        : other.specialDeviceID == status.specialDeviceID
    }
  }

  /// Whether the process has the regular file mapped. Whoever maps a device keeps it open, as a rule.
  func hasMapped(_ status: Stat) -> Bool {
    guard status.type == .regular else { return false }
    // address perms offset dev inode path; the device is not that of stat(2) on every file system, the path is exact.
    let inode = Substring("\(status.inode.rawValue)")
    return appending("maps").text.split(separator: "\n").contains { line in
      let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      guard fields.count == 6, fields[4] == inode else { return false }
      let other = try? FilePath(String(fields[5])).stat()
      return other.map { ($0.deviceID, $0.inode) == (status.deviceID, status.inode) } ?? false
    }
  }

  /// What the folder has, and nothing where it cannot be listed.
  var names: [String] {
    // Safe: the stream is closed below, and an entry is read before the next is asked for.
    guard let folder = unsafe withPlatformString({ unsafe opendir($0) }) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      names.append(
        unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names
  }

  /// The contents of a file of /proc; empty where it cannot be read.
  var bytes: [UInt8] {
    guard let descriptor = try? FileDescriptor.open(self, .readOnly, options: .closeOnExec) else { return [] }
    defer { try? descriptor.close() }
    var bytes: [UInt8] = []
    while let part = try? descriptor.bytes(at: Int64(bytes.count), count: 64 << 10), !part.isEmpty { bytes += part }
    return bytes
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}
