import Basics
import Synchronization
package import SystemPackage

/// How a guest ended.
package enum GuestEnding: Equatable, Sendable {
  case poweredOff
  /// The guest asks to restart.
  case reset
  /// The guest's kernel panicked and asks to restart.
  case panicked
  /// A processor cannot continue.
  case crashed(GuestCrash)
  /// The backend of an NVDIMM failed; the alarm has reported it.
  case backendFailed(BackendFailure)
  /// The host stopped it.
  case stopped
}

/// Why a processor cannot continue, and where it stopped.
package struct GuestCrash: Equatable, Sendable {
  package enum Cause: Equatable, Sendable {
    case tripleFault
    case exit(KVMExit)
    case call(KVMError)
  }

  package let cause: Cause
  package let processor: Int
  /// RIP, if it could be read.
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

/// The end of a guest, set by whichever thread reaches it first and awaited by one other thread.
package final class EndingSignal: Sendable {
  private let state = Mutex<GuestEnding?>(nil)
  private let event: HostEvent

  package init() throws(Errno) { event = try HostEvent() }

  /// The ending, if it has been reached.
  package var ending: GuestEnding? { state.withLock { $0 } }

  /// A descriptor that is readable once the ending is reached.
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
