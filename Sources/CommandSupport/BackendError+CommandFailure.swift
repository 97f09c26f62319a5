package import BackendStorage
import HostDAX
import SystemPackage
import VNVDIMMCore

extension BackendError: CommandFailureConvertible {
  /// The failure with the status that all programs give it.
  package var commandFailure: CommandFailure {
    let status: ExitStatus =
      switch reason {
      case .directory, .notABackend, .noPage, .device: .unsupported
      case .exists, .link, .inUse, .unfinishedChange: .damaged
      default: .incomplete
      }
    return CommandFailure(status, path.string, reason.description, hint: hint)
  }

  private var hint: String? {
    switch reason {
    case .cannotAskHost(let error): error.hint
    case .exists: "another name, or remove \(path.string.shellQuotedPath) first"
    case .cannotReserve(_, .notSupportedOnSocket): "--preallocate full"
    case .unfinishedChange: "vnvdimm-migrate-labels --repair \(path.string.shellQuotedPath)"
    default: nil
    }
  }
}
