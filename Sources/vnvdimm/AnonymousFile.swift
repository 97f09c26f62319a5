import CLinux
import CommandSupport
import Storage
import SystemPackage

/// A file in memory without a name, for a program that this process starts or becomes.
struct AnonymousFile {
  let descriptor: FileDescriptor
  /// What a program that inherits the descriptor opens it by.
  var path: String { "/proc/self/fd/\(descriptor.rawValue)" }

  /// A file that holds `pieces`, one after the other.
  init(holding pieces: [[UInt8]] = []) throws {
    // Safe: the text lives for the call.
    let result = unsafe clinux_memory_file("vnvdimm")
    guard result >= 0 else {
      throw CommandFailure(.incomplete, nil, "no file in memory: \(Errno(rawValue: -result))")
    }
    descriptor = FileDescriptor(rawValue: result)
    do { for piece in pieces { try descriptor.writeAll(piece) } } catch {
      throw CommandFailure(.incomplete, nil, "no room for a file in memory: \(error)")
    }
  }

  /// All that it holds, as far as it is no more than a guest of ours would say.
  func contents() throws(Errno) -> [UInt8] { try descriptor.bytes(at: 0, count: 16 << 20) }
}
