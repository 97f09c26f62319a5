import FoundationEssentials
package import PersistentMemory

/// A label area as it is after repair, and what was done to get there.
///
/// Whatever Linux shows of the labels before, it shows afterwards; it accepts the DIMM and its region; and the repair
/// of a repaired area changes nothing. No byte outside of the area is touched. What Linux only passes over because
/// it belongs to another DIMM stays as it is. A blank area, and one in which nothing survives, stay as they are.
package struct LabelRepair: Sendable {
  /// The area afterwards.
  package let bytes: [UInt8]
  package let actions: [RepairAction]

  /// The slots of virtual DIMMs, ascending, among which labels alone cannot tell which one this DIMM is in: no bitmap
  /// is left, and besides labels in use there are copies from before the DIMM was moved. Fewer than two where it is
  /// clear, or was told.
  package let slotCandidates: [Int]

  /// Repairs `area` as that of `dimm`. Where the DIMM's slot is not known, it is the one to which most of the labelled
  /// bytes belong.
  package init(_ area: LabelArea, dimm: LabelledDIMM) {
    guard !area.isBlank else {
      bytes = area.bytes
      actions = []
      slotCandidates = []
      return
    }
    if area.indexes.current != nil {
      var repair = LabelSetRepair(of: area, dimm: dimm)
      repair.repairUsedSlots()
      (bytes, actions) = Self.restoringOtherBlock(of: repair.update, repair.actions)
      slotCandidates = []
    } else {
      (bytes, actions, slotCandidates) = Self.rebuilding(area, dimm: dimm)
    }
  }

  /// The change of a backend in which the area, `before`, lies at `offset`.
  package func change(of before: [UInt8], at offset: UInt64, length: UInt64) -> LabelAreaChange {
    LabelAreaChange(
      before: LabelAreaPlacement(offset: offset, bytes: before),
      after: LabelAreaPlacement(offset: offset, bytes: bytes), lengthBefore: length, lengthAfter: length)
  }

  /// Writes the block that is not current anew, as the predecessor of the current one, if it is damaged.
  private static func restoringOtherBlock(
    of bytes: [UInt8], _ actions: [RepairAction]
  ) -> ([UInt8], [RepairAction]) {
    guard let indexes = IndexPair(of: bytes), let number = indexes.currentNumber, let current = indexes.current,
      indexes.defects[1 - number] != nil
    else { return (bytes, actions) }
    var bytes = bytes
    var block = current
    // Of three numbers, the one after the next is the one before.
    block.seal(as: 1 - number, sequence: current.sequence.next.next, in: indexes.geometry)
    bytes.replace(at: indexes.geometry.indexOffset(1 - number), with: block.bytes)
    return (bytes, [.indexRebuilt(1 - number)] + actions)
  }

  /// Both blocks anew, for the labels that survive.
  private static func rebuilding(
    _ area: LabelArea, dimm: LabelledDIMM
  ) -> ([UInt8], [RepairAction], slotCandidates: [Int]) {
    let judge = LabelJudge(dimm: dimm, index: nil, labels: [])
    guard let recovered = RecoveredIndex(of: area, isPlausible: judge.isImpeccable) else { return (area.bytes, [], []) }
    var repair = LabelSetRepair(of: area, dimm: dimm, recovered: recovered)
    repair.repairUsedSlots()
    return (
      repair.rebuilt, [.indexesRebuilt(recovered.evidence)] + repair.actions,
      dimm.cookie == nil ? slots(of: recovered, in: area) : []
    )
  }

  private static func slots(of recovered: RecoveredIndex, in area: LabelArea) -> [Int] {
    if case .bitmap = recovered.evidence { return [] }
    let cookies = recovered.slots.map { NamespaceLabel(slot: $0, of: area.bytes, in: recovered.geometry).cookie }
    return Set(cookies.compactMap { InterleaveSetCookie.virtualSlot(of: $0) }).sorted()
  }
}
