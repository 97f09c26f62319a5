import CLinux
import Synchronization
import SystemPackage

/// What happens to a machine on its way from the CPUs' threads to the emulation's loop.
final class MachineEventQueue: Sendable {
  private let events = Mutex<[MachineEvent]>([])
  private let event: HostEvent

  init() throws(Errno) { event = try HostEvent() }

  /// Readable while there are some.
  var descriptor: FileDescriptor { event.descriptor }

  /// Adds `event`, unless the last that waits is the same: a guest may make as many as it likes.
  func add(_ event: MachineEvent) {
    events.withLock { events in
      switch (event, events.last) {
      case (.mediaErrorsChanged(let slot, _), .mediaErrorsChanged(let last, _)) where slot == last: events.removeLast()
      case (_, event): events.removeLast()
      default: break
      }
      if events.count < Self.limit { events.append(event) }
    }
    self.event.send()
  }

  /// So many wait at most.
  private static let limit = 4096

  /// Those that came since the last call.
  func takeAll() -> [MachineEvent] {
    clinux_drain(event.descriptor.rawValue)
    return events.withLock { events in
      defer { events = [] }
      return events
    }
  }
}
