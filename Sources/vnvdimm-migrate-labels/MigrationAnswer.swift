import Basics
import LabelChange
import PersistentMemory

/// What the program answers: what is, or would be, written, and what the guest sees afterwards.
struct MigrationAnswer {
  let path: String
  let migration: Migration
  /// Which way an interrupted change was, or would be, brought to its end first; nil where there was none.
  let interrupted: UnfinishedChange.Direction?
  /// Nil where nothing is known of what follows, as before an interrupted change has come to its end.
  let transaction: LabelTransaction?
  /// What --repair mended or had to give up, or would.
  let repairs: [RepairAction]
  let backup: String?
  /// False where this is a plan.
  let isDone: Bool

  /// The label area before or after the change.
  struct Area {
    let offset: UInt64
    let size: Int
    let version: LabelVersion?
    /// The slot of the labels' DIMM, by their cookies.
    let slot: Int?
    /// What Linux shows of the labels in a DIMM of that slot.
    let namespaces: [LabelledNamespace]

    init?(_ placement: LabelAreaPlacement?) {
      guard let placement else { return nil }
      offset = placement.offset
      size = placement.bytes.count
      let area = try? LabelArea(placement.bytes)
      version = area?.indexes.current?.version
      slot = area?.validLabels.lazy.compactMap { InterleaveSetCookie.virtualSlot(of: $0.cookie) }.first
      let region = placement.offset.alignedDown(to: 4096)
      if let area, region > 0,
        case .namespaces(let found) = RegionProbe(
          area, regionSize: region, cookie: InterleaveSetCookie(virtualSlot: slot ?? 0), boot: .cold
        ).outcome
      {
        namespaces = found
      } else {
        namespaces = []
      }
    }
  }

  let before: Area?
  let after: Area?

  init(
    path: String, migration: Migration, interrupted: UnfinishedChange.Direction?, transaction: LabelTransaction?,
    repairs: [RepairAction], backup: String?, isDone: Bool
  ) {
    self.path = path
    self.migration = migration
    self.interrupted = interrupted
    self.transaction = transaction
    self.repairs = repairs
    self.backup = backup
    self.isDone = isDone
    before = Area(transaction?.change.before)
    after = Area(transaction?.change.after)
  }

  /// Whether the backend is another than before.
  var isChanged: Bool { isDone && (interrupted != nil || transaction.map { $0.method != .none } ?? false) }
}
