import Basics
import Glibc
import QEMU
import VirtualMachine

extension MachineEvent {
  /// Name and data of the event in the protocol. An event that QEMU does not have is named in the protocol's form for
  /// extensions.
  var protocolForm: (name: String, data: JSONValue?) {
    switch self {
    case .stopped: ("STOP", nil)
    case .resumed: ("RESUME", nil)
    case .powerButton: ("POWERDOWN", nil)
    case .reset(let cause): ("RESET", Self.data(cause))
    case .shutdown(let cause): ("SHUTDOWN", Self.data(cause))
    case .backendFailed(let slot, let reason):
      ("__org.vnvdimm_BACKEND_FAILED", .object([("slot", .integer(Int64(slot))), ("reason", .text(reason))]))
    case .mediaErrorsChanged(let slot, let badBytes):
      (
        "__org.vnvdimm_MEDIA_ERROR",
        .object([("slot", .integer(Int64(slot))), ("bad-bytes", JSONValue(badBytes))])
      )
    case .errorsHidden(let slot, let reason):
      (
        "__org.vnvdimm_ERRORS_HIDDEN",
        .object([("slot", .integer(Int64(slot))), ("reason", .text("\(reason)"))])
      )
    case .healthChanged(let slot): ("__org.vnvdimm_HEALTH", .object([("slot", .integer(Int64(slot)))]))
    }
  }

  private static func data(_ cause: EndingCause) -> JSONValue {
    .object([("guest", .boolean(cause.isGuest)), ("reason", .text(cause.rawValue))])
  }
}

extension QMPSession {
  /// The time of day.
  package static let clock: @Sendable () -> (seconds: Int, microseconds: Int) = {
    var time = timeval()
    // Safe: the value lives for the call.
    unsafe gettimeofday(&time, nil)
    return (time.tv_sec, time.tv_usec)
  }
}
