import Firmware

/// The registers through which the guest powers itself off and resets itself.
final class PowerRegisters: PortDevice {
  private let ending: EndingSignal
  /// Returns what a reset currently means.
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

  /// The sleep status register always says that the machine never slept.
  func read(width: Int, offset: Int) -> UInt32 { 0 }
}
