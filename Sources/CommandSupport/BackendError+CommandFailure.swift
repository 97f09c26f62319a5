package import BackendStorage
import SystemPackage

extension BackendError: CommandFailureConvertible {
  /// The failure with the status that all programs give it.
  package var commandFailure: CommandFailure {
    let status: ExitStatus =
      switch reason {
      case .directory, .notABackend: .unsupported
      default: .incomplete
      }
    return CommandFailure(status, path.string, reason.description)
  }
}
