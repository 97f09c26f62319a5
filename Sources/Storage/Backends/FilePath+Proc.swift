import Glibc
package import SystemPackage

/// Files of /proc, to the extent that the caller may see them.
extension FilePath {
  /// The names in the folder; empty if it cannot be listed.
  var names: [String] { (try? list()) ?? [] }

  /// Returns the names in the folder.
  package func list() throws(Errno) -> [String] {
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

  /// The text of a file of /proc; empty if it cannot be read.
  var text: String {
    var bytes: [UInt8] = []
    forEachPart { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Calls `body` with the bytes of a file of /proc, part by part: such a file may have any length.
  func forEachPart(_ body: (ArraySlice<UInt8>) -> Void) {
    guard let file = try? FileDescriptor.open(self, .readOnly, options: .closeOnExec) else { return }
    defer { try? file.close() }
    var part = [UInt8](repeating: 0, count: 32 << 10)
    while true {
      // Safe: the buffer is that of the array.
      let count = (try? unsafe part.withUnsafeMutableBytes { try unsafe file.read(into: $0) }) ?? 0
      guard count > 0 else { return }
      body(part[..<count])
    }
  }

  /// Calls `body` with each line of a file of /proc.
  func forEachLine(_ body: (Substring) -> Void) {
    var rest: [UInt8] = []
    forEachPart { part in
      rest += part
      guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return }
      for line in String(decoding: rest[..<end], as: UTF8.self).split(separator: "\n") { body(line) }
      rest.removeSubrange(...end)
    }
  }
}

extension FilePath {
  /// The folder of the file at this path.
  package var folderOrDot: FilePath {
    let folder = removingLastComponent()
    return folder.isEmpty ? "." : folder
  }

  /// Returns the path of the file in which the suite keeps facts about the file at this path: `.NAME.KIND`, in the same
  /// folder.
  func sidecar(_ kind: String) -> FilePath {
    removingLastComponent().appending(".\(lastComponent?.string ?? "").\(kind)")
  }
}

extension FilePath {
  /// Returns the target of the symbolic link at this path.
  package func linkTarget() throws(Errno) -> FilePath {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    // Safe: one byte of the buffer stays zero, which ends the text.
    let count = unsafe withPlatformString { unsafe readlink($0, &buffer, buffer.count - 1) }
    guard count >= 0 else { throw Errno(rawValue: errno) }
    return FilePath(String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}
