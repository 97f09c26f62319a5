package import Basics
import LabelChange
import PersistentMemory
package import Storage
import SystemPackage

extension BackendError {
  /// Returns the failure to report if a change of the labels in the backend at `path` was interrupted. If only the
  /// length of the file has changed, it is restored; otherwise `command` is the call that finishes the change.
  package func undoingChange(of path: String, by command: Hint? = nil) -> CommandFailure {
    let failure = commandFailure
    guard let backend = try? Backend(path: FilePath(path), access: .readWrite),
      let unfinished = try? backend.unfinishedChange()
    else { return failure }
    if unfinished.direction == .back, (try? backend.carryOut(unfinished.steps)) != nil { return failure }
    return CommandFailure(
      failure.status, path, "\(failure.fact); the change is not finished",
      hint: command ?? MigrationCommand(path: path).hint(.repair()))
  }
}
