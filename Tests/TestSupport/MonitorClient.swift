import Foundation

/// A client of a monitor at a Unix socket. Every wait ends after a few seconds at most.
package final class MonitorClient {
  private let socket: Int32
  private var received: [UInt8] = []

  /// Connects to the socket at `path`, and retries until a monitor listens there.
  package init(_ path: String, within seconds: Double = 20) throws {
    var descriptor: Int32 = -1
    let isConnected = RunningProgram.wait(seconds) {
      descriptor = Self.connect(path)
      return descriptor >= 0
    }
    guard isConnected else { throw CocoaError(.fileReadNoSuchFile) }
    socket = descriptor
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    // Safe: the value lives for the call.
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    limit.tv_sec = 1
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(socket) }

  /// Returns `false` if the other side does not accept the text within a second.
  @discardableResult
  package func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    // Safe: the buffer is the array's own.
    return unsafe Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// Returns the next line without its end, or `nil` if there are no more lines.
  package func line() -> String? { text(until: "\n").map { $0.replacingOccurrences(of: "\r", with: "") } }

  /// Reads and returns the text before `end`; `end` is consumed as well.
  package func text(until end: String) -> String? {
    let end = Array(end.utf8)
    while true {
      if let range = received.firstRange(of: end) {
        defer { received.removeSubrange(..<range.upperBound) }
        return String(decoding: received[..<range.lowerBound], as: UTF8.self)
      }
      var buffer = [UInt8](repeating: 0, count: 4096)
      // Safe: the buffer is the array's own.
      let count = unsafe recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      received += buffer[..<count]
    }
  }

  /// Sends `command` and returns the next message that is not an event.
  package func ask(_ command: String) -> [String: Any] {
    send(command + "\n")
    while let line = line() {
      guard let message = Self.message(line) else { return [:] }
      if message["event"] == nil { return message }
    }
    return [:]
  }

  /// Returns the next event called `name`, or `nil` if none arrives.
  package func event(_ name: String) -> [String: Any]? {
    while let line = line() {
      if let message = Self.message(line), message["event"] as? String == name { return message }
    }
    return nil
  }

  /// Reads the greeting and negotiates the protocol.
  package func negotiate() -> Bool {
    line().flatMap(Self.message)?["QMP"] != nil && ask("{\"execute\":\"qmp_capabilities\"}")["return"] != nil
  }

  private static func message(_ line: String) -> [String: Any]? {
    (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
  }

  private static func connect(_ path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return -1 }
    // Safe: the name fits, and a zero stays behind it.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in unsafe place.copyBytes(from: name) }
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    // Safe: the address lives for the call.
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      close(descriptor)
      return -1
    }
    return descriptor
  }
}
