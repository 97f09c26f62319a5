import SystemPackage

/// The input of a console. A terminal is put into raw mode, and the keys after Ctrl-A are separated.
///
/// Without such keys, Ctrl-C still ends the process.
struct Keyboard: ~Copyable {
  /// Readable when there is input; `nil` if no input is connected any more.
  private(set) var descriptor: FileDescriptor?
  private let terminal: RawTerminal?
  private var escape: ConsoleEscape?

  init(_ console: HostConsole) {
    descriptor = console.input
    terminal = console.input.flatMap { RawTerminal($0, keepsSignals: !console.hasEscape) }
    escape = console.hasEscape ? ConsoleEscape() : nil
  }

  /// Returns the input that has arrived; from the end of the input on, nothing.
  mutating func read() -> [ConsoleEscape.Key] {
    guard let descriptor else { return [] }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count: Int
    do {
      // Safe: the buffer is that of the array.
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
