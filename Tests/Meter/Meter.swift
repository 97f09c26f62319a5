import Glibc
import SystemPackage
import TimedProcess

/// The measuring instrument of `make bench`, small enough to be put into a guest.
///
///     meter stopwatch MARK... -- COMMAND...   time a command to each mark that it prints
///     meter labels DEVICE COUNT               read and write a label area whole, from the guest
///     meter transfer DEVICE                   read and write persistent memory, from the guest
///     meter areas SIZE PATH...                read the last SIZE bytes of each file
@main
struct Meter {
  static func main() {
    do { try run(Array(CommandLine.arguments.dropFirst())) } catch {
      fputs("meter: \(error)\n")
      exit(1)
    }
  }

  private static func run(_ arguments: [String]) throws {
    switch (arguments.first, arguments.dropFirst()) {
    case ("stopwatch"?, let rest):
      guard let separator = rest.firstIndex(of: "--") else { break }
      return try Stopwatch(marks: Array(rest[..<separator]), command: Array(rest[(separator + 1)...])).run()
    case ("labels"?, let rest) where rest.count == 2:
      guard let count = Int(rest[rest.startIndex + 1]) else { break }
      return try LabelCommands(device: FilePath(rest[rest.startIndex])).measure(count)
    case ("transfer"?, let rest) where rest.count == 1:
      try BlockTransfer(device: FilePath(rest[rest.startIndex])).measure()
      return
    case ("areas"?, let rest):
      guard let size = rest.first.flatMap({ Int($0) }) else { break }
      for path in rest.dropFirst() { try readEnd(of: FilePath(path), size) }
      return
    default: break
    }
    fputs("usage: meter stopwatch MARK... -- COMMAND... | labels DEVICE COUNT | transfer DEVICE | areas SIZE PATH...\n")
    exit(64)
  }

  /// Reads the last `size` bytes of the file at `path`: the minimal cost of a look at a label area.
  private static func readEnd(of path: FilePath, _ size: Int) throws {
    let file = try FileDescriptor.open(path, .readOnly)
    defer { try? file.close() }
    let end = try file.seek(offset: 0, from: .end)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)
    defer { unsafe buffer.deallocate() }
    // Safe: the buffer lives for the call.
    _ = try unsafe file.read(fromAbsoluteOffset: max(0, end - Int64(size)), into: buffer)
  }

  static func fputs(_ text: String) { _ = try? FileDescriptor.standardError.writeAll(text.utf8) }

  /// Writes a line to standard output at once.
  static func mark(_ text: String) throws { _ = try FileDescriptor.standardOutput.writeAll((text + "\n").utf8) }

  /// Times `work` by the guest's own clock, between marks at which the stopwatch outside counts exits.
  static func measure(_ name: String, _ work: () throws -> Void) throws {
    try mark("[\(name)-start]")
    // Waits until the console is silent, so that its last exits do not count as those of the work.
    usleep(300_000)
    let start = ContinuousClock.now
    try work()
    let time = ContinuousClock.now - start
    usleep(300_000)
    try mark("[\(name) \(Int(time.nanoseconds))]")
  }
}
