import Synchronization
package import SystemPackage

/// The end of a guest, reached by whichever thread is first and waited for by one other.
package final class EndingSignal: Sendable {
  private let state = Mutex<GuestEnding?>(nil)
  private let event: HostEvent

  package init() throws(Errno) { event = try HostEvent() }

  /// The ending, once there is one.
  package var ending: GuestEnding? { state.withLock { $0 } }

  /// A descriptor that is readable from the end on.
  package var descriptor: FileDescriptor { event.descriptor }

  /// Ends the guest; only the first ending counts.
  package func reach(_ ending: GuestEnding) {
    let isFirst = state.withLock { state in
      defer { state = state ?? ending }
      return state == nil
    }
    if isFirst { event.send() }
  }
}
