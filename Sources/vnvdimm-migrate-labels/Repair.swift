import ArgumentParser
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

/// `repair PATH`: an interrupted change brought to its end, and what is damaged mended.
struct Repair: Migration {
  static let configuration = CommandConfiguration(
    abstract: "Bring an interrupted change to its end, and mend what is damaged.",
    usage: "vnvdimm-migrate-labels repair [<options>] <path>",
    discussion: """
      EXAMPLES
        vnvdimm-migrate-labels repair nv.img --plan
        vnvdimm-migrate-labels repair nv.img --slot 1 --label-size 128K
      """)

  @OptionGroup var options: MigrationOptions

  @Option(parsing: .unconditional, help: "The DIMM slot. (default: that of most labels)")
  var slot: Int?

  @OptionGroup var area: AreaOptions
  @OptionGroup var backupOptions: BackupOptions

  var backup: BackupOptions? { backupOptions }
  var command: MigrationCommand { area.command(for: target) }

  func run() throws {
    let interrupted = try endInterruptedChange()
    // What follows is known only once it has come to its end.
    if interrupted != nil, options.plan { return try answer(interrupted) }
    // Opened once more: its length may be another now.
    try change(openTarget(), interrupted: interrupted)
  }

  /// Answers which way an interrupted change was brought to its end, or would be; nil where there is none.
  private func endInterruptedChange() throws -> UnfinishedChange.Direction? {
    let backend = try openTarget()
    guard let unfinished = try backend.unfinishedChange() else { return nil }
    if !options.plan {
      do throws(BackendError) { try backend.carryOut(unfinished.steps) } catch {
        throw error.undoingChange(of: target, by: command.line(.repair(slot: slot)))
      }
    }
    return unfinished.direction
  }

  func plan(of backend: borrowing Backend) throws -> MigrationPlan {
    if let slot, !(0..<InterleaveSetCookie.virtualSlots).contains(slot) { throw MigrationRefusal.slot(slot) }
    let source = try area.source(in: backend)
    let labels = try LabelArea(source.bytes)
    let cookie = slot.map { InterleaveSetCookie(virtualSlot: $0) }
    let repair = LabelRepair(labels, dimm: LabelledDIMM(regionSize: source.regionSize, cookie: cookie))
    guard labels.indexes.current != nil || labels.isBlank || !repair.actions.isEmpty else {
      throw MigrationRefusal.nothingSurvives
    }
    guard repair.slotCandidates.count < 2 else { throw MigrationRefusal.slotUnknown(repair.slotCandidates) }
    return MigrationPlan(
      repair.change(of: labels.bytes, at: source.location.offset, length: backend.size), repairs: repair.actions)
  }
}
