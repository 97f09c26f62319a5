import Basics
import CommandSupport
import LabelChange
import Storage
import SystemPackage

/// A change of a backend, and the files that are made before it.
struct MigrationPlan {
  let change: LabelAreaChange
  /// Where `--split` leaves the area as it was.
  private let split: FilePath?
  /// What --repair mends by the change, and has to give up.
  let repairs: [RepairAction]

  init(_ change: LabelAreaChange, splitTo split: FilePath? = nil, repairs: [RepairAction] = []) {
    self.change = change
    self.split = split
    self.repairs = repairs
  }

  /// How the change is carried out on `backend`.
  func transaction(on backend: borrowing Backend) throws(CommandFailure) -> LabelTransaction {
    do { return try LabelTransaction(change, canGrow: backend.kind == .regularFile) } catch {
      throw CommandFailure(
        .damaged, backend.path.string, error.description, hint: Self.hint(error, path: backend.path.string))
    }
  }

  /// The files to make before anything is changed: nothing is changed where one of them cannot be.
  func files(backup: String?) throws -> [BackendCreation] {
    let paths = [backup.map { FilePath($0) }, split].compactMap(\.self)
    guard !paths.isEmpty else { return [] }
    guard let before = change.before?.bytes else {
      throw CommandFailure(.usage, "--backup", "there is no label area to be kept")
    }
    let creations = paths.map {
      BackendCreation(path: $0, size: UInt64(before.count), contents: [(0, before)])
    }
    for creation in creations { try creation.examine() }
    return creations
  }

  private static func hint(_ error: LabelTransactionError, path: String) -> String? {
    switch error {
    case .noRoomForRecord: "vnvdimm-migrate-labels --to OTHER \(path.shellQuotedPath)"
    case .lengthNotPageMultiple(let length):
      length.alignedUp(to: 4096).map { "truncate -s \($0) \(path.shellQuotedPath)" }
    case .namespaceInTheWay, .areaBeyondEnd, .fileTooLong, .lengthFixed: nil
    }
  }
}
