package import Basics
package import PersistentMemory

extension [Finding] {
  /// Returns these findings about `area`, with the repair command at the first of them that a repair resolves.
  ///
  /// `dimm` is the DIMM of `area`, and `slot` the slot to name in the command.
  package func naming(
    repairOf area: LabelArea, of dimm: LabelledDIMM, slot: Int?, by command: MigrationCommand
  ) -> [Finding] {
    guard !isEmpty else { return [] }
    for decisions in [RepairDecisions.none, .discarding] {
      let repair = LabelRepair(area, dimm: dimm, decisions: decisions)
      guard repair.bytes != area.bytes, let repaired = try? LabelArea(repair.bytes) else { continue }
      let left = Set(LabelVerification(repaired, dimm: dimm).findings.map(\.rule))
      guard let first = firstIndex(where: { $0.hint == nil && !left.contains($0.rule) }) else { continue }
      var findings = self
      findings[first] = self[first].with(
        hint: command.hint(.repair(slot: slot, discardsLabels: decisions.discardsLabels)))
      return findings
    }
    return self
  }
}
