import Firmware
import Synchronization

/// The register from which the guest's Generic Event Device reads pending events; a read clears it.
///
/// Source: ACPI 6.5, 5.6.9.
final class EventRegister: PortDevice {
  static let ports = GuestPlatform.eventStatusPort...GuestPlatform.eventStatusPort

  private struct Pending: Sendable {
    /// All pending events except those about the health of one NVDIMM.
    var events: GuestPlatform.Event = []
    /// The slots of the NVDIMMs whose health changed.
    var slots: Set<Int> = []
  }

  private let pending = Mutex(Pending())
  private let interrupt: @Sendable (Bool) -> Void

  /// `interrupt` drives the line of the Generic Event Device.
  init(interrupt: @escaping @Sendable (Bool) -> Void) { self.interrupt = interrupt }

  /// Signals `event` to the guest. The interrupt is an edge: one that comes before the last was served is not lost,
  /// because its handler reads everything that is pending.
  func raise(_ event: GuestPlatform.Event) { update { $0.events.formUnion(event) } }

  /// Notifies the guest of events in its NVDIMMs.
  func raise(_ notification: DeviceMethods.Notification) {
    switch notification {
    case .mediaError: raise(GuestPlatform.Event.mediaError)
    case .health(let slot): update { $0.slots.insert(slot) }
    }
  }

  private func update(_ change: (inout Pending) -> Void) {
    pending.withLock { pending in
      change(&pending)
      pulse()
    }
  }

  private func pulse() {
    interrupt(true)
    interrupt(false)
  }

  func write(_ value: UInt32, width: Int, offset: Int) {}

  /// The register has room for one slot; while more are pending, each read raises the next interrupt.
  func read(width: Int, offset: Int) -> UInt32 {
    guard width == 4 else { return .max }
    return pending.withLock { pending in
      var events = pending.events
      pending.events = []
      if let slot = pending.slots.min() {
        pending.slots.remove(slot)
        events.formUnion(.nvdimmHealth(slot: slot))
      }
      if !pending.slots.isEmpty { pulse() }
      return events.rawValue
    }
  }
}
