import Glibc
import SystemPackage

/// Files of /proc, as far as the caller may see them.
extension FilePath {
  /// Whether the process whose folder this is has the regular file mapped. Whoever maps a device keeps it open, as a rule.
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
  var names: [String] { (try? list()) ?? [] }

  /// What the folder has.
  func list() throws(Errno) -> [String] {
    // Safe: the stream is closed below, and an entry is read before the next is asked for.
    guard let folder = unsafe withPlatformString({ unsafe opendir($0) }) else { throw Errno(rawValue: errno) }
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
