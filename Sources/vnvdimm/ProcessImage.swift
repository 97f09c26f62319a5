import Glibc
import Storage
import SystemPackage

/// This process: its ancestors, and its replacement by another program.
enum ProcessImage {
  /// The parent of this process, the parent's parent, and so on.
  static var ancestors: Set<Int> {
    var found: Set<Int> = []
    var process = Int(getppid())
    while process > 0, found.insert(process).inserted {
      let status = (try? FilePath("/proc/\(process)/status").contents(limit: 4096)) ?? []
      let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("PPid:") }
      process = line?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0
    }
    return found
  }

  /// Replaces this process with the program at `path`; returns the reason only if that fails.
  static func replace(with path: FilePath, _ arguments: [String]) -> Errno {
    // Safe: the texts live until the process is another program, or until the end of this function.
    var texts = unsafe arguments.map { unsafe strdup($0) } + [nil]
    _ = unsafe path.withPlatformString { unsafe execv($0, &texts) }
    let error = Errno(rawValue: errno)
    unsafe texts.forEach { unsafe free($0) }
    return error
  }
}
