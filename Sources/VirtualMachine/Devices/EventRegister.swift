import Firmware
import Synchronization

/// The register in which the guest's Generic Event Device finds what happened: a read clears it.
///
/// Source: ACPI 6.5, 5.6.9.
final class EventRegister: PortDevice {
  static let ports = GuestPlatform.eventStatusPort...GuestPlatform.eventStatusPort

  private let pending = Mutex<GuestPlatform.Event>([])
  private let interrupt: @Sendable (Bool) -> Void

  /// `interrupt` drives the line of the Generic Event Device.
  init(interrupt: @escaping @Sendable (Bool) -> Void) { self.interrupt = interrupt }

  /// Tells the guest of `event`. An interrupt is an edge: one that comes before the last was served is not lost,
  /// since whoever serves it reads all that is pending.
  func raise(_ event: GuestPlatform.Event) {
    pending.withLock { pending in
      pending.formUnion(event)
      interrupt(true)
      interrupt(false)
    }
  }

  func write(_ value: UInt32, width: Int, offset: Int) {}

  func read(width: Int, offset: Int) -> UInt32 {
    guard width == 4 else { return .max }
    return pending.withLock { pending in
      defer { pending = [] }
      return pending.rawValue
    }
  }
}
