package import Basics
package import PersistentMemory

extension [Finding] {
  /// Returns these findings about `area`, with the repair command at the first of them that a repair resolves. Where
  /// something has to be decided first, or is not proved altogether, the command is the plan, which tells what.
  ///
  /// `dimm` is the DIMM of `area`, and `slot` the slot to name in the command.
  package func naming(
    repairOf area: LabelArea, of dimm: LabelledDIMM, slot: Int?, by command: MigrationCommand
  ) -> [Finding] {
    guard !isEmpty else { return [] }
    // Without an index, the labels themselves tell their slot, or the plan asks for it.
    let slot = area.indexes.current == nil ? nil : slot
    for decisions in [RepairDecisions.none, .discarding] {
      let repair = LabelRepair(area, dimm: dimm, decisions: decisions)
      guard repair.bytes != area.bytes, let repaired = try? LabelArea(repair.bytes) else { continue }
      let left = Set(LabelVerification(repaired, dimm: dimm).findings.map(\.rule))
      guard let first = firstIndex(where: { $0.hint == nil && !left.contains($0.rule) }) else { continue }
      var findings = self
      let isPlan = decisions.discardsLabels || !repair.isProved
      findings[first] = self[first].with(hint: command.hint(.repair(slot: slot, isPlan: isPlan)))
      return findings
    }
    return self
  }
}
