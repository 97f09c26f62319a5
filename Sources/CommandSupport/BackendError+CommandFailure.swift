package import BackendStorage
import SystemPackage

extension BackendError: CommandFailureConvertible {
  /// The failure with the status that all programs give it.
  package var commandFailure: CommandFailure {
    let status: ExitStatus =
      switch reason {
      case .directory, .notABackend, .device: .unsupported
      case .exists, .link: .damaged
      default: .incomplete
      }
    return CommandFailure(status, path.string, reason.description, hint: hint)
  }

  private var hint: String? {
    switch reason {
    case .exists: "--overwrite replaces it"
    case .cannotReserve(_, .notSupportedOnSocket): "--preallocate full"
    default: nil
    }
  }
}
