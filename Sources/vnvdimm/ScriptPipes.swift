import CommandSupport
import Glibc
import Storage
import SystemPackage
import VirtualMachine

/// The ports of a script as pipes; QEMU writes to each, and a thread reads it.
struct ScriptPipes {
  private let threads: [JoinableThread]
  private let ends: [FileDescriptor]

  /// Creates the pipes for COM2, COM3 and COM4.
  init(_ ports: ScriptPorts) throws {
    // Signals that ask the process to end are for the thread that waits for QEMU.
    let hold = TerminationHold()
    defer { withExtendedLifetime(hold) {} }
    do {
      let pipes = try ports.takers { _ = $1.send($0, unless: { false }) }.map { take in
        let pipe = try FileDescriptor.pipe()
        // QEMU inherits only the other end.
        _ = fcntl(pipe.readEnd.rawValue, F_SETFD, FD_CLOEXEC)
        let thread = try JoinableThread(name: "script") { Self.pass(from: pipe.readEnd, to: take) }
        return (end: pipe.writeEnd, thread: thread)
      }
      (ends, threads) = (pipes.map(\.end), pipes.map(\.thread))
    } catch { throw CommandFailure(.incomplete, nil, "no pipe for the script's output: \(error)") }
  }

  private static func pass(from pipe: FileDescriptor, to take: (UInt8) -> Void) {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // Safe: the buffer is the array's own.
      guard let count = try? unsafe bytes.withUnsafeMutableBytes({ try unsafe pipe.read(into: $0) }), count > 0 else {
        return
      }
      for byte in bytes[..<count] { take(byte) }
    }
  }

  /// The paths by which QEMU opens the pipes.
  var paths: [String] { ends.map { "/proc/self/fd/\($0.rawValue)" } }

  /// Waits until everything that QEMU wrote has reached its destination. QEMU must have ended.
  func finish() {
    for end in ends { try? end.close() }
    for thread in threads { thread.join() }
  }
}
