/// An event in a machine's life, for those that watch it.
package enum MachineEvent: Equatable, Sendable {
  case stopped
  case resumed
  /// The power button was pressed.
  case powerButton
  /// The guest restarts.
  case reset(EndingCause)
  /// The machine ends.
  case shutdown(EndingCause)
  /// The backend of the NVDIMM in `slot` failed; `reason` is a message of strerror(3).
  case backendFailed(slot: Int, reason: String)
  /// The set of unreadable bytes of the NVDIMM in `slot` changed; its size is now `badBytes`.
  case mediaErrorsChanged(slot: Int, badBytes: UInt64)
  /// A guest that reads the media errors of the NVDIMM in `slot` is not told by the processor, for a reason.
  case errorsHidden(slot: Int, HiddenErrors)
  /// The health that the NVDIMM in `slot` reports changed.
  case healthChanged(slot: Int)
}

/// Why a guest that reads a media error gets no machine check: only its driver finds the error.
package enum HiddenErrors: Equatable, Sendable {
  /// Its kernel has not enabled machine checks.
  case noMachineChecks
  /// The host's KVM does not tell of every instruction that it cannot emulate: before Linux 5.15.
  case oldKVM
  /// The host's KVM has too few memory slots for the parts between the errors.
  case tooFewMemorySlots
}

extension HiddenErrors: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noMachineChecks:
      "the guest's kernel has no machine checks: a program that has mapped a media error reads the old data"
    case .oldKVM: "the KVM of this host is too old: a program that has mapped a media error reads the old data"
    case .tooFewMemorySlots:
      "too many media errors for the KVM of this host: a program that has mapped one reads the old data"
    }
  }
}

/// Why a guest's life ended. The raw values are those of QEMU's `ShutdownCause`.
package enum EndingCause: String, Sendable {
  case guestShutdown = "guest-shutdown"
  case guestReset = "guest-reset"
  case guestPanic = "guest-panic"
  case hostError = "host-error"
  case hostQuit = "host-qmp-quit"
  case hostReset = "host-qmp-system-reset"
  case hostSignal = "host-signal"
  /// A key at the console.
  case hostConsole = "host-ui"

  package var isGuest: Bool {
    switch self {
    case .guestShutdown, .guestReset, .guestPanic: true
    case .hostError, .hostQuit, .hostReset, .hostSignal, .hostConsole: false
    }
  }

  init(_ ending: GuestEnding) {
    self =
      switch ending {
      case .poweredOff: .guestShutdown
      case .reset: .guestReset
      case .panicked: .guestPanic
      case .crashed, .backendFailed, .stopped: .hostError
      }
  }
}
