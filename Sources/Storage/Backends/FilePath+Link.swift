import Glibc
package import SystemPackage

extension FilePath {
  /// Where the symbolic link at this path leads.
  package func linkTarget() throws(Errno) -> FilePath {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    // Safe: one byte of the buffer stays zero, which ends the text.
    let count = unsafe withPlatformString { unsafe readlink($0, &buffer, buffer.count - 1) }
    guard count >= 0 else { throw Errno(rawValue: errno) }
    return FilePath(String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}
