import CLinux
package import SystemPackage

/// A file in memory without a name, for a program that this process starts, becomes, or gives the path to. It exists as
/// long as this object.
package final class MemoryFile: Sendable {
  private let file: OwnedDescriptor

  package var descriptor: FileDescriptor { file.descriptor }

  /// The path by which this process, or one that inherits the descriptor, opens the file.
  package var path: String { "/proc/self/fd/\(file.rawValue)" }

  /// Makes a file that holds `pieces`, one after the other, and has `size` bytes; by default, as many as the pieces.
  /// Reading starts at its beginning.
  package init(holding pieces: [[UInt8]] = [], size: UInt64? = nil) throws(Errno) {
    // Safe: the text outlives the call.
    let result = unsafe clinux_memory_file("vnvdimm")
    guard result >= 0 else { throw Errno(rawValue: -result) }
    file = OwnedDescriptor(owning: result)
    do {
      for piece in pieces { try file.descriptor.writeAll(piece) }
      try file.descriptor.seek(offset: 0, from: .start)
      if let size { try file.descriptor.resize(to: Int64(clamping: size)) }
    } catch { throw Errno(error) }
  }

  /// Returns this file, which now exists until this process ends or becomes another program.
  package func kept() -> MemoryFile {
    // Safe: this only changes the reference count.
    _ = unsafe Unmanaged.passRetained(self)
    return self
  }
}
