import Basics
import Synchronization
package import SystemPackage

/// How a guest came to its end.
package enum GuestEnding: Equatable, Sendable {
  case poweredOff
  /// The guest asks to start again.
  case reset
  /// Its kernel panicked, and asks to start again.
  case panicked
  /// A processor cannot go on.
  case crashed(GuestCrash)
  /// The backend of an NVDIMM failed, which the alarm has told.
  case backendFailed(BackendFailure)
  /// The host stopped it.
  case stopped
}

/// Why a processor cannot go on, and where it was.
package struct GuestCrash: Equatable, Sendable {
  package enum Cause: Equatable, Sendable {
    case tripleFault
    case exit(KVMExit)
    case call(KVMError)
  }

  package let cause: Cause
  package let processor: Int
  /// RIP, where it could be read.
  package let instruction: UInt64?
}

extension GuestCrash: CustomStringConvertible {
  package var description: String {
    let place = instruction.map { " at \($0.hex)" } ?? ""
    let reason =
      switch cause {
      case .tripleFault: "triple fault"
      case .exit(let exit): "cannot continue (\(exit))"
      case .call(let error): "\(error)"
      }
    return "CPU \(processor)\(place): \(reason)"
  }
}

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
