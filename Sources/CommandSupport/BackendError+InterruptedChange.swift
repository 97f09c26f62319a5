import Basics
import LabelChange
package import Storage
import SystemPackage

extension BackendError {
  /// What to report when a change of the labels in the backend at `path` failed on the way: as far as nothing but the
  /// length of the file has changed, it is given back.
  package func undoingChange(of path: String) -> CommandFailure {
    let failure = commandFailure
    guard let backend = try? Backend(path: FilePath(path), access: .readWrite),
      let unfinished = try? backend.unfinishedChange()
    else { return failure }
    if unfinished.direction == .back, (try? backend.carryOut(unfinished.steps)) != nil { return failure }
    return CommandFailure(
      failure.status, path, "\(failure.fact); the change is not finished",
      hint: "vnvdimm-migrate-labels --repair \(path.shellQuotedPath)")
  }
}
