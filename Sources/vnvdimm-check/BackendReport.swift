import BackendStorage
import CommandSupport
import VNVDIMMCore

/// What is to be said about one backend, under one release of QEMU.
struct BackendReport {
  let request: BackendRequest
  let rules: SizingRules
  let state: BackendState
  let kind: BackendKind?
  let prediction: BackendPrediction
  let labels: LabelExamination
  let findings: [Finding]
  /// Why the backend could not be examined.
  let failure: CommandFailure?

  /// A backend that could not be examined is told apart from one that was, and is not well.
  var status: ExitStatus {
    if let failure { return failure.status }
    return switch findings.map(\.severity).max() {
    case .error: .damaged
    case .warning: .irregular
    case .note, nil: prediction.outcome == .starts ? .done : .damaged
    }
  }
}
