/// What happens to a machine and concerns whoever watches it.
package enum MachineEvent: Equatable, Sendable {
  case stopped
  case resumed
  /// The power button was pressed.
  case powerButton
  /// The guest starts again.
  case reset(EndingCause)
  /// The machine ends.
  case shutdown(EndingCause)
  /// The backend of the NVDIMM in `slot` failed; `reason` in the words of strerror(3).
  case backendFailed(slot: Int, reason: String)
  /// Other parts of the NVDIMM in `slot` than before cannot be read: now so many bytes.
  case mediaErrorsChanged(slot: Int, badBytes: UInt64)
  /// What the NVDIMM in `slot` tells of its health changed.
  case healthChanged(slot: Int)
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
  /// Keys at the console.
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
