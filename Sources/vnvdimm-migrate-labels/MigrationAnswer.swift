import Basics
import LabelChange
import PersistentMemory

/// The program's answer: what is, or would be, written, and what the guest sees afterwards.
struct MigrationAnswer {
  let path: String
  /// The verb that was called.
  let verb: String
  /// The direction in which an interrupted change was, or would be, finished first; `nil` if there was none.
  let interrupted: UnfinishedChange.Direction?
  /// The transaction; `nil` if it is not known yet, as before an interrupted change is finished.
  let transaction: LabelTransaction?
  /// The actions of a repair, carried out or planned.
  let repairs: [RepairAction]
  let backup: String?
  /// `false` for a plan.
  let isDone: Bool

  /// The label area before or after the change.
  struct Area {
    let offset: UInt64
    let size: Int
    let version: LabelVersion?
    /// The slot of the labels' DIMM, according to their cookies.
    let slot: Int?
    /// The namespaces that Linux shows of the labels in a DIMM of that slot.
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
    path: String, verb: String, interrupted: UnfinishedChange.Direction?, transaction: LabelTransaction?,
    repairs: [RepairAction], backup: String?, isDone: Bool
  ) {
    self.path = path
    self.verb = verb
    self.interrupted = interrupted
    self.transaction = transaction
    self.repairs = repairs
    self.backup = backup
    self.isDone = isDone
    before = Area(transaction?.change.before)
    after = Area(transaction?.change.after)
  }

  /// Whether the backend has changed.
  var isChanged: Bool { isDone && (interrupted != nil || transaction.map { $0.method != .none } ?? false) }
}
