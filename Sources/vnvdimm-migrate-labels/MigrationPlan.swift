import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

/// A change of a backend, and what goes with it.
struct MigrationPlan {
  let change: LabelAreaChange
  /// The file that a verb is told to leave the area in, as it was; other verbs ask for a backup.
  let file: BackendCreation?
  /// What a repair mends by the change, and has to give up.
  let repairs: [RepairAction]

  init(_ change: LabelAreaChange, splitTo file: BackendCreation? = nil, repairs: [RepairAction] = []) {
    self.change = change
    self.file = file
    self.repairs = repairs
  }

  /// How the change is carried out on `backend`.
  func transaction(on backend: borrowing Backend) throws(CommandFailure) -> LabelTransaction {
    do { return try LabelTransaction(change, canGrow: backend.kind == .regularFile) } catch {
      throw CommandFailure(.damaged, backend.path.string, error.description)
    }
  }
}
