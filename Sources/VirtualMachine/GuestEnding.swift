package import KVM

/// How a guest came to its end.
package enum GuestEnding: Equatable, Sendable {
  case poweredOff
  /// The guest asks to start again: a reboot, or a panic with `panic=-1`.
  case reset
  /// The guest reported a status of its own.
  case exited(status: UInt8)
  /// A processor cannot go on.
  case crashed(GuestCrash)
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
