import VNVDIMMCore

/// The registers by which the guest powers itself off and resets itself.
final class PowerRegisters: PortDevice {
  private let ending: EndingSignal

  static let ports = GuestPlatform.sleepControlPort...GuestPlatform.resetPort
  private static let reset = Int(GuestPlatform.resetPort - GuestPlatform.sleepControlPort)

  init(_ ending: EndingSignal) { self.ending = ending }

  func write(_ value: UInt32, width: Int, offset: Int) {
    guard width == 1 else { return }
    switch (offset, UInt8(truncatingIfNeeded: value)) {
    case (0, GuestPlatform.powerOffValue): ending.reach(.poweredOff)
    case (Self.reset, GuestPlatform.resetValue): ending.reach(.reset)
    default: break
    }
  }

  /// The sleep status register says that the machine never slept.
  func read(width: Int, offset: Int) -> UInt32 { 0 }
}
