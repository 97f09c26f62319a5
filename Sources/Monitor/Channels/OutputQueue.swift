import Glibc
import SystemPackage

/// Output still to be sent on a descriptor that must not block its owner.
struct OutputQueue {
  private var bytes: [UInt8] = []

  /// No more commands are read from a client that leaves this many bytes unread; one that leaves `limit` is dropped.
  static let highWater = 64 << 10
  static let limit = 1 << 20

  var isEmpty: Bool { bytes.isEmpty }
  var isHigh: Bool { bytes.count > Self.highWater }
  var isFull: Bool { bytes.count > Self.limit }

  mutating func append(_ text: String) { bytes += Array(text.utf8) }

  /// Sends as much as `descriptor`, which is ready for writing, accepts. Returns false if it is broken.
  mutating func send(on descriptor: FileDescriptor) -> Bool {
    guard !bytes.isEmpty else { return true }
    // At most the bytes that a ready pipe is sure to accept: some descriptors here may block.
    let part = bytes.prefix(Int(PIPE_BUF))
    do {
      // Safe: the buffer is that of the array.
      let count = try unsafe part.withUnsafeBytes { try unsafe descriptor.write($0, retryOnInterrupt: false) }
      bytes.removeFirst(count)
      return true
    } catch Errno.wouldBlock, Errno.interrupted {
      return true
    } catch {
      return false
    }
  }

  /// Sends everything, as long as `descriptor` accepts some of it every `milliseconds`.
  mutating func drain(to descriptor: FileDescriptor, milliseconds: Int32 = 200) {
    while !bytes.isEmpty {
      var polled = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
      // Safe: the count is 1, as there is one element.
      guard unsafe poll(&polled, 1, milliseconds) > 0, send(on: descriptor) else { return }
    }
  }
}
