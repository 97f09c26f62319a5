package import Basics
import LabelChange
import PersistentMemory
package import Storage
import SystemPackage

extension BackendError {
  /// What to report when a change of the labels in the backend at `path` failed on the way: as far as nothing but the
  /// length of the file has changed, it is given back, and else `command` is to be called to bring it to its end.
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
