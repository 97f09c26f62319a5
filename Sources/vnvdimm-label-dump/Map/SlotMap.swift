import PersistentMemory

/// The use of the slots of a label area, in columns of equal numbers of slots.
struct SlotMap {
  enum Column {
    case used
    case partlyUsed
    /// A free slot that still contains an old label.
    case leftOver
    case free
  }

  let columns: [Column]
  let slotsPerColumn: Int
  let used: Int
  let slots: Int

  init(_ area: LabelArea, columns count: Int) {
    let used = Set(area.usedSlots)
    let occupied = Set(area.occupiedSlots)
    let slots = area.indexes.current?.slotCount ?? area.geometry.slotCount
    let step = max(1, (slots + count - 1) / count)
    columns = stride(from: 0, to: slots, by: step).map { first in
      let group = first..<min(first + step, slots)
      let inUse = group.count { used.contains($0) }
      if inUse == group.count { return .used }
      if inUse > 0 { return .partlyUsed }
      return group.contains { occupied.contains($0) && area.label(in: $0)?.isZero == false } ? .leftOver : .free
    }
    slotsPerColumn = step
    self.used = used.count
    self.slots = slots
  }
}
