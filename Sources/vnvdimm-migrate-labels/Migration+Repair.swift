import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage

extension Migration {
  /// The area with all that is damaged mended, as far as what is there tells how.
  static func repaired(_ backend: borrowing Backend, _ options: MigrateLabels) throws -> MigrationPlan {
    let source = try LabelAreaSource(
      backend, mappedSize: options.mappedSize?.bytes, labelSize: options.fromLabelSize?.bytes,
      command: Migration.repair.command(options))
    let area = try LabelArea(source.bytes)
    let cookie = options.labels.slot.map { InterleaveSetCookie(virtualSlot: $0) }
    let repair = LabelRepair(area, dimm: LabelledDIMM(regionSize: source.regionSize, cookie: cookie))
    guard area.indexes.current != nil || area.isBlank || !repair.actions.isEmpty else {
      throw MigrationRefusal.nothingSurvives
    }
    guard repair.slotCandidates.count < 2 else { throw MigrationRefusal.slotUnknown(repair.slotCandidates) }
    return MigrationPlan(
      repair.change(of: area.bytes, at: source.location.offset, length: backend.size), repairs: repair.actions)
  }
}
