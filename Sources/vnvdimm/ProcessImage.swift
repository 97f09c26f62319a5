import CLinux
import Glibc
import Storage
import SystemPackage

/// Other programs that this process becomes or runs.
enum ProcessImage {
  /// How a program came to its end.
  struct Ending {
    /// Its exit status, as a shell gives it.
    let status: Int32
    /// The signal by which this process was asked to end meanwhile, and that was passed on.
    let signal: Int32?
  }

  /// Runs the program at `path` to its end.
  static func run(_ path: FilePath, _ arguments: [String]) throws(Errno) -> Ending {
    // Safe: the texts live until the program has ended.
    var texts = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe texts.forEach { unsafe free($0) } }
    var passed: Int32 = 0
    let result = unsafe path.withPlatformString { unsafe clinux_run_program($0, &texts, &passed) }
    guard result >= 0 else { throw Errno(rawValue: -result) }
    return Ending(status: result, signal: passed == 0 ? nil : passed)
  }

  /// The process that started this one, the one that started that, and so on.
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

  /// Becomes the program at `path`; answers only where that fails, with the reason.
  static func replace(with path: FilePath, _ arguments: [String]) -> Errno {
    // Safe: the texts live until the process is another program, or until the end of this function.
    var texts = unsafe arguments.map { unsafe strdup($0) } + [nil]
    _ = unsafe path.withPlatformString { unsafe execv($0, &texts) }
    let error = Errno(rawValue: errno)
    unsafe texts.forEach { unsafe free($0) }
    return error
  }
}
