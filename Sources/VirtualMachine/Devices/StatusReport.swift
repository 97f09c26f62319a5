import Firmware
import Synchronization

/// What a guest reports on its second serial port: what its script says of errors, and, on a line behind a NUL, how the
/// script ended, as a decimal number.
package final class StatusReport: Sendable {
  private struct State {
    var line: [UInt8] = []
    var status: UInt8?
  }

  private let state = Mutex(State())
  /// Takes each line that is no status.
  private let tell: @Sendable (String) -> Void
  /// Longer lines are told in pieces.
  private static let limit = 4096

  package init(tell: @escaping @Sendable (String) -> Void = { _ in }) { self.tell = tell }

  func receive(_ byte: UInt8) {
    let line = state.withLock { state -> [UInt8]? in
      if byte != UInt8(ascii: "\n"), state.line.count < Self.limit {
        state.line.append(byte)
        return nil
      }
      defer { state.line = byte == UInt8(ascii: "\n") ? [] : [byte] }
      guard state.line.first == 0 else { return state.line }
      state.status = UInt8(Self.text(of: state.line.dropFirst()))
      return nil
    }
    if let line { tell(Self.text(of: line[...])) }
  }

  /// Takes all that a report holds which was kept elsewhere.
  package func receive(_ report: [UInt8]) { for byte in report { receive(byte) } }

  /// The number, 0 to 255, once its whole line has come.
  package var status: UInt8? { state.withLock { $0.status } }

  private static func text(of line: ArraySlice<UInt8>) -> String {
    String(decoding: line.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
  }
}

/// The registers by which the guest powers itself off and resets itself.
final class PowerRegisters: PortDevice {
  private let ending: EndingSignal
  /// What a reset means at the moment.
  private let reset: @Sendable () -> GuestEnding

  static let ports = GuestPlatform.sleepControlPort...GuestPlatform.resetPort
  private static let resetOffset = Int(GuestPlatform.resetPort - GuestPlatform.sleepControlPort)

  init(_ ending: EndingSignal, reset: @escaping @Sendable () -> GuestEnding) {
    self.ending = ending
    self.reset = reset
  }

  func write(_ value: UInt32, width: Int, offset: Int) {
    guard width == 1 else { return }
    switch (offset, UInt8(truncatingIfNeeded: value)) {
    case (0, GuestPlatform.powerOffValue): ending.reach(.poweredOff)
    case (Self.resetOffset, GuestPlatform.resetValue): ending.reach(reset())
    default: break
    }
  }

  /// The sleep status register says that the machine never slept.
  func read(width: Int, offset: Int) -> UInt32 { 0 }
}
