import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Storage

/// What is to be said about one backend, under one release of QEMU.
struct BackendReport: CheckAnswer {
  let request: BackendRequest
  let rules: SizingRules
  let state: BackendState
  let kind: BackendKind?
  let prediction: BackendPrediction
  let labels: LabelExamination
  /// What the guest shows; nil where there is no guest, or no telling.
  let region: GuestRegion?
  /// What the guest keeps in its disks.
  let contents: [(window: ContentsWindow, item: StoredContents)]
  /// What the host makes of it; nil where it is no backend.
  let host: HostState?
  var findings: [Finding]
  /// Why the backend, or the label area in it, could not be examined.
  let failure: CommandFailure?

  /// Of what could not be opened the failure tells all; what was found in a backend outlives a failure later on.
  var status: ExitStatus {
    guard let failure else { return verdict }
    return state.length == nil ? failure.status : failure.status.graver(verdict)
  }

  private var verdict: ExitStatus {
    switch findings.map(\.severity).max() {
    case .error: .damaged
    case .warning: .irregular
    // That the labels could not be read is told by the failure.
    case .note, nil: prediction.outcome == .starts || labels.source == .unknown ? .done : .damaged
    }
  }
}
