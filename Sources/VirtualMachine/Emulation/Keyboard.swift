import SystemPackage

/// What is typed at a console: raw where it is a terminal, with the keys behind Ctrl-A apart.
///
/// Without such keys Ctrl-C stays the way out.
struct Keyboard: ~Copyable {
  /// Readable when something was typed; nil where nothing is connected, or no more.
  private(set) var descriptor: FileDescriptor?
  private let terminal: RawTerminal?
  private var escape: ConsoleEscape?

  init(_ console: HostConsole) {
    descriptor = console.input
    terminal = console.input.flatMap { RawTerminal($0, keepsSignals: !console.hasEscape) }
    escape = console.hasEscape ? ConsoleEscape() : nil
  }

  /// What has come; nothing, now and later, after the end of the input.
  mutating func read() -> [ConsoleEscape.Key] {
    guard let descriptor else { return [] }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count: Int
    do {
      // Safe: the buffer is the array's own.
      count = try unsafe bytes.withUnsafeMutableBytes { buffer in try unsafe descriptor.read(into: buffer) }
    } catch Errno.wouldBlock {
      return []
    } catch {
      count = 0
    }
    guard count > 0 else {
      self.descriptor = nil
      return []
    }
    bytes.removeLast(bytes.count - count)
    return escape?.read(bytes) ?? [.input(bytes)]
  }
}
