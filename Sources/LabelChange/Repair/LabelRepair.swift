import FoundationEssentials
package import PersistentMemory

/// A label area after repair, and the actions that led to it.
///
/// Every change is proved by a checksum, a second copy, the place, or an info block. An open question is reported with
/// the possible labels, and its label stays as it is unless `RepairDecisions` say otherwise; if labels may be dropped,
/// Linux accepts the DIMM and its region afterwards. Whatever Linux shows before, it shows afterwards, and the repair
/// of a repaired area changes nothing. No byte outside the area is touched. Labels that Linux ignores only because they
/// belong to another DIMM stay as they are, and so do a blank area and one in which nothing survives, unless info blocks
/// name labels that are gone: these are made again as the user chooses, because nothing proves their names.
package struct LabelRepair: Sendable {
  /// The area after the repair.
  package let bytes: SparseBytes
  package let actions: [RepairAction]

  /// The slots of virtual DIMMs, ascending, among which the labels alone do not determine that of this DIMM: no bitmap
  /// is left, and there are labels in use as well as copies from before the DIMM was moved. Fewer than two if the slot
  /// is clear or was given.
  package let slotCandidates: [Int]

  /// Whether a checksum or a bitmap proves everything that is done, so that nobody has to look at it first.
  package var isProved: Bool {
    actions.allSatisfy { action in
      switch action {
      case .indexesRebuilt(.checksums), .indexesRebuilt(.plausibility), .slotFreed: false
      case .indexCorrected, .indexOpen, .indexRebuilt, .indexesRebuilt, .labelMended, .updateFinished, .labelProved,
        .labelOpen, .labelLost, .labelDropped:
        true
      }
    }
  }

  /// Repairs `area` as that of `dimm`. If the DIMM's slot is not known, it is the one to which most of the labelled
  /// bytes belong. `witnesses` are the info blocks of namespaces in its region that name a label.
  package init(
    _ area: LabelArea, dimm: LabelledDIMM, decisions: RepairDecisions = .none, witnesses: [NamespaceWitness] = []
  ) {
    guard !area.isBlank || !witnesses.isEmpty else {
      bytes = area.bytes
      actions = []
      slotCandidates = []
      return
    }
    let proof = IndexProof(of: area) {
      LabelJudge(dimm: dimm, index: $0.indexes.current, labels: $0.validLabels).namespaces(of: $0)
    }
    let area = proof.area
    let proved = proof.corrected.map(RepairAction.indexCorrected)
    if area.indexes.current != nil {
      var repair = LabelSetRepair(of: area, dimm: dimm, decisions: decisions, witnesses: witnesses)
      repair.repairUsedSlots()
      if let withheld = proof.withheld, !decisions.discardsLabels {
        (bytes, actions) = (repair.update, proved + [.indexOpen(withheld)] + repair.actions)
      } else {
        let (restored, actions) = Self.restoringOtherBlock(of: repair.update, repair.actions)
        (bytes, self.actions) = (restored, proved + actions)
      }
      slotCandidates = []
    } else {
      let judge = LabelJudge(dimm: dimm, index: nil, labels: [])
      guard
        let recovered = RecoveredIndex(of: area, isPlausible: judge.isImpeccable)
          ?? (witnesses.isEmpty ? nil : RecoveredIndex(emptyIn: area))
      else {
        (bytes, actions, slotCandidates) = (area.bytes, [], [])
        return
      }
      var repair = LabelSetRepair(
        of: area, dimm: dimm, decisions: decisions, witnesses: witnesses, recovered: recovered)
      repair.repairUsedSlots()
      // A label that is gone is no reason to leave those without an index that are there.
      let isOpen = !repair.hasLabels || repair.actions.contains { $0.isOpen && !$0.isOfLostLabel }
      bytes = isOpen ? area.bytes : repair.rebuilt
      actions = isOpen ? repair.actions.filter(\.isOpen) : [.indexesRebuilt(recovered.evidence)] + repair.actions
      slotCandidates = dimm.cookie == nil ? Self.slots(of: recovered, in: area) : []
    }
  }

  /// Returns the change of a backend in which the area, `before`, lies at `offset`.
  package func change(of before: SparseBytes, at offset: UInt64, length: UInt64) -> LabelAreaChange {
    LabelAreaChange(
      before: LabelAreaPlacement(offset: offset, bytes: before),
      after: LabelAreaPlacement(offset: offset, bytes: bytes), lengthBefore: length, lengthAfter: length)
  }

  /// Rewrites the block that is not current, as the predecessor of the current one, if it is damaged.
  private static func restoringOtherBlock(
    of bytes: SparseBytes, _ actions: [RepairAction]
  ) -> (SparseBytes, [RepairAction]) {
    guard let indexes = IndexPair(of: bytes), let number = indexes.currentNumber, let current = indexes.current,
      indexes.defects[1 - number] != nil
    else { return (bytes, actions) }
    var bytes = bytes
    var block = current
    // There are three numbers, so that the one after the next is the previous one.
    block.seal(as: 1 - number, sequence: current.sequence.next.next, in: indexes.geometry)
    bytes.replace(at: indexes.geometry.indexOffset(1 - number), with: block.bytes)
    return (bytes, [.indexRebuilt(1 - number)] + actions)
  }

  private static func slots(of recovered: RecoveredIndex, in area: LabelArea) -> [Int] {
    if case .bitmap = recovered.evidence { return [] }
    let cookies = recovered.slots.map { NamespaceLabel(slot: $0, of: area.bytes, in: recovered.geometry).cookie }
    return Set(cookies.compactMap { InterleaveSetCookie.virtualSlot(of: $0) }).sorted()
  }
}
