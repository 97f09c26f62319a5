import Synchronization

/// What a guest reports on its second serial port: how its work ended, as one line with a decimal number.
package final class StatusReport: Sendable {
  private let line = Mutex<[UInt8]>([])
  /// Longer lines are no report.
  private static let limit = 16

  package init() {}

  func receive(_ byte: UInt8) { line.withLock { if $0.count <= Self.limit { $0.append(byte) } } }

  /// The number, 0 to 255, once a whole line has come.
  package var status: UInt8? {
    let text = line.withLock { $0 }
    guard let end = text.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    return UInt8(String(decoding: text[..<end].filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self))
  }
}
