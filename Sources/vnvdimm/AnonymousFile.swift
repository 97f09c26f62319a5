import CLinux
import CommandSupport
import Storage
import SystemPackage

/// An in-memory file without a name, for a program that this process starts or becomes.
struct AnonymousFile {
  let descriptor: FileDescriptor
  /// The path by which a program that inherits the descriptor opens the file.
  var path: String { "/proc/self/fd/\(descriptor.rawValue)" }

  /// Creates a file that contains `pieces`, one after the other.
  init(holding pieces: [[UInt8]] = []) throws {
    // Safe: the text outlives the call.
    let result = unsafe clinux_memory_file("vnvdimm")
    guard result >= 0 else {
      throw CommandFailure(.incomplete, nil, "no file in memory: \(Errno(rawValue: -result))")
    }
    descriptor = FileDescriptor(rawValue: result)
    do { for piece in pieces { try descriptor.writeAll(piece) } } catch {
      throw CommandFailure(.incomplete, nil, "no room for a file in memory: \(error)")
    }
  }

  /// Returns the contents, limited to what a guest of ours would output.
  func contents() throws(Errno) -> [UInt8] { try descriptor.bytes(at: 0, count: 16 << 20) }
}
