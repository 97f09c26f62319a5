import Basics
import FoundationEssentials
import LabelChange
import PersistentMemory
import TestSupport
import Testing

@Suite("Repair of label areas")
struct RepairTests {
  static func dimm(_ dimm: LabelCase.DIMM) -> LabelledDIMM {
    LabelledDIMM(regionSize: dimm.dataSize, cookie: InterleaveSetCookie(virtualSlot: dimm.slot))
  }

  static func repair(_ name: String) throws -> (area: LabelArea, repair: LabelRepair) {
    let recorded = try LabelCase(name)
    let area = try LabelArea(recorded.area(of: recorded.dimms[0]))
    return (area, LabelRepair(area, dimm: dimm(recorded.dimms[0]), decisions: .discarding))
  }

  /// Checks what holds after every repair. Returns the namespaces that are then shown.
  static func examine(_ bytes: [UInt8], _ dimm: LabelledDIMM, slot: Int) throws -> [LabelledNamespace] {
    let regionSize = try #require(dimm.regionSize)
    let area = try LabelArea(bytes)
    let before = try PlannedBackend.shown(bytes, regionSize: regionSize, slot: slot)
    try examineProofs(area, before, dimm, slot: slot)
    let repair = LabelRepair(area, dimm: dimm, decisions: .discarding)
    let after = try PlannedBackend.shown(repair.bytes.array, regionSize: regionSize, slot: slot)
    if after == nil { Issue.record("still refused: \(bytes.prefix(2048))") }
    let lost = Set(before.essences ?? []).subtracting(after.essences ?? [])
    if !lost.isEmpty { Issue.record("lost: \(lost) \(bytes.prefix(2048))") }
    if repair.bytes.count != bytes.count { Issue.record("another size") }
    if repair.actions.isEmpty != (repair.bytes == bytes) {
      Issue.record("\(repair.actions) \(bytes.prefix(2048))")
    }
    let again = LabelRepair(try LabelArea(repair.bytes), dimm: dimm, decisions: .discarding)
    if again.bytes != repair.bytes || !again.actions.isEmpty {
      Issue.record("a second repair: \(again.actions), after \(repair.actions) \(bytes.prefix(2048))")
    }
    return after ?? []
  }

  /// Checks what holds if nothing is decided: nothing is dropped, and no namespace that was shown is lost.
  private static func examineProofs(
    _ area: LabelArea, _ before: [LabelledNamespace]?, _ dimm: LabelledDIMM, slot: Int
  ) throws {
    let repair = LabelRepair(area, dimm: dimm)
    for action in repair.actions {
      if case .labelDropped = action { Issue.record("dropped: \(action) \(area.bytes.prefix(2048))") }
    }
    let after = try PlannedBackend.shown(repair.bytes.array, regionSize: dimm.regionSize ?? 0, slot: slot)
    let lost = Set(before.essences ?? []).subtracting(after.essences ?? [])
    if !lost.isEmpty { Issue.record("lost by proofs: \(lost) \(repair.actions) \(area.bytes.prefix(2048))") }
    let again = LabelRepair(try LabelArea(repair.bytes), dimm: dimm)
    if again.bytes != repair.bytes {
      Issue.record("a second proof: \(again.actions), after \(repair.actions) \(area.bytes.prefix(2048))")
    }
  }

  @Test(
    "Linux accepts the DIMM, shows all that it showed, and a second repair changes nothing", arguments: LabelCase.all)
  func corpus(recorded: LabelCase) throws {
    for dimm in recorded.dimms {
      let bytes = try recorded.area(of: dimm)
      _ = try Self.examine(bytes, Self.dimm(dimm), slot: dimm.slot)
      // The slot may be left for the labels to determine.
      _ = LabelRepair(try LabelArea(bytes), dimm: LabelledDIMM(regionSize: nil, cookie: nil))
    }
  }

  /// The number of namespaces shown after the repair, for areas of which Linux showed fewer or refused all.
  static let rescued: [(String, Int)] = [
    ("v11_both_cksum", 2), ("v12_both_seq0", 2), ("v12_both_sig", 2), ("v12_sig_nul", 2), ("v12_labeloff", 2),
    ("v12_otheroff", 2), ("v12_lsz_512", 2), ("v12_mysize_71", 2), ("v12_nslot_huge", 2), ("v12_nslot_wrap", 2),
    ("v11_nslot_wrap", 2), ("v12_l_nlabel0", 2), ("v12_l_nlabel2", 2), ("v11_l_nlabel2", 2), ("v11_l_slot", 2),
    ("v12_l_type", 2), ("v12_l_type_be", 2), ("v11_l_overlap", 1), ("v12_l_dup", 2), ("v11_l_dup_ext", 1),
    ("v11_l_end_out", 1), ("v12_l_raw_0", 1), ("v12_zero_slot0", 2), ("v12_l_f_upd_all", 2),
  ]

  @Test("damage that hides namespaces is undone", arguments: rescued)
  func rescue(name: String, count: Int) throws {
    let recorded = try LabelCase("judged/\(name)")
    let dimm = recorded.dimms[0]
    let shown = try Self.examine(recorded.area(of: dimm), Self.dimm(dimm), slot: dimm.slot)
    let actions = try Self.repair("judged/\(name)").repair.actions
    #expect(shown.count == count, "\(actions.map(\.description)) \(shown)")
    let after = try LabelArea(Self.repair("judged/\(name)").repair.bytes)
    let errors = LabelVerification(after, dimm: Self.dimm(dimm)).findings.filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(errors)")
  }

  @Test(
    "a good area is left alone, to the byte",
    arguments: ["v12_unmodified", "v11_unmodified", "v12_l_resv", "v12_l_cookie_all"])
  func untouched(name: String) throws {
    let (area, repair) = try Self.repair("judged/\(name)")
    #expect(repair.bytes == area.bytes)
  }
}
