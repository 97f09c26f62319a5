/// The port to which a guest writes how its work ended; the machine stops there.
final class StatusPort: PortDevice {
  private let ending: EndingSignal

  init(_ ending: EndingSignal) { self.ending = ending }

  func write(_ value: UInt32, width: Int, offset: Int) {
    guard width == 1 else { return }
    ending.reach(.exited(status: UInt8(truncatingIfNeeded: value)))
  }

  func read(width: Int, offset: Int) -> UInt32 { .max }
}
