import Glibc
import SystemPackage

/// What is still to be sent on a descriptor that may not hold up its owner.
struct OutputQueue {
  private var bytes: [UInt8] = []

  /// A client that leaves so much unread is asked nothing more; one that leaves `limit` is given up.
  static let highWater = 64 << 10
  static let limit = 1 << 20

  var isEmpty: Bool { bytes.isEmpty }
  var isHigh: Bool { bytes.count > Self.highWater }
  var isFull: Bool { bytes.count > Self.limit }

  mutating func append(_ text: String) { bytes += Array(text.utf8) }

  /// Sends what `descriptor`, found ready for it, takes. False where it is broken.
  mutating func send(on descriptor: FileDescriptor) -> Bool {
    guard !bytes.isEmpty else { return true }
    // No more than a pipe that is ready takes for certain: not every descriptor here returns at once.
    let part = bytes.prefix(Int(PIPE_BUF))
    do {
      // Safe: the buffer is the array's own.
      let count = try unsafe part.withUnsafeBytes { try unsafe descriptor.write($0, retryOnInterrupt: false) }
      bytes.removeFirst(count)
      return true
    } catch Errno.wouldBlock, Errno.interrupted {
      return true
    } catch {
      return false
    }
  }

  /// Sends all, as long as `descriptor` takes something every `milliseconds`.
  mutating func drain(to descriptor: FileDescriptor, milliseconds: Int32 = 200) {
    while !bytes.isEmpty {
      var polled = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
      // Safe: one element, as the call is told.
      guard unsafe poll(&polled, 1, milliseconds) > 0, send(on: descriptor) else { return }
    }
  }
}
