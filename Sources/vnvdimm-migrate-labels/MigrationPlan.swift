import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

/// A change of a backend, and what belongs to it.
struct MigrationPlan {
  let change: LabelAreaChange
  /// The file in which a verb must leave the old area; other verbs make a backup.
  let file: BackendCreation?
  /// The actions of a repair, including those that it leaves open.
  let repairs: [RepairAction]
  /// What is damaged afterwards, and the command that leads further.
  let damage: (fact: String, hint: Hint)?

  init(
    _ change: LabelAreaChange, splitTo file: BackendCreation? = nil, repairs: [RepairAction] = [],
    damage: (fact: String, hint: Hint)? = nil
  ) {
    self.change = change
    self.file = file
    self.repairs = repairs
    self.damage = damage
  }

  /// Plans the steps of the change on `backend`.
  func transaction(on backend: borrowing Backend) throws(CommandFailure) -> LabelTransaction {
    do { return try LabelTransaction(change, canGrow: backend.kind == .regularFile) } catch {
      throw CommandFailure(.damaged, backend.path.string, error.description)
    }
  }
}
