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
  /// The command with which the user decides what a repair leaves open.
  let decision: Hint?

  init(
    _ change: LabelAreaChange, splitTo file: BackendCreation? = nil, repairs: [RepairAction] = [], decision: Hint? = nil
  ) {
    self.change = change
    self.file = file
    self.repairs = repairs
    self.decision = decision
  }

  /// Plans the steps of the change on `backend`.
  func transaction(on backend: borrowing Backend) throws(CommandFailure) -> LabelTransaction {
    do { return try LabelTransaction(change, canGrow: backend.kind == .regularFile) } catch {
      throw CommandFailure(.damaged, backend.path.string, error.description)
    }
  }
}
