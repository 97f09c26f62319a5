import PersistentMemory

extension LabelTransaction {
  /// Returns the steps of the format's own update, for an area that stays in its place: changed labels go to slots that
  /// are free now, the other index block becomes current, then the former one is updated. `nil` if that is not
  /// possible.
  static func index(_ change: LabelAreaChange) -> [StorageStep]? {
    guard let before = change.before, let after = change.after, before.offset == after.offset,
      before.bytes.count == after.bytes.count, change.lengthBefore == change.lengthAfter,
      let old = try? LabelArea(before.bytes), let new = try? LabelArea(after.bytes), old.geometry == new.geometry,
      let oldNumber = old.indexes.currentNumber, let oldIndex = old.indexes.current,
      let (labels, newIndex) = labels(from: old, to: new), oldIndex.version == newIndex.version
    else { return nil }
    let geometry = new.geometry
    var steps = labels.map { slot, bytes in
      StorageStep.write(offset: after.offset + UInt64(geometry.offset(ofSlot: slot)), bytes: SparseBytes(bytes))
    }
    if !steps.isEmpty { steps.append(.flush) }
    for (number, sequence) in [(1 - oldNumber, oldIndex.sequence.next), (oldNumber, oldIndex.sequence)] {
      var block = newIndex
      block.seal(as: number, sequence: sequence, in: geometry)
      steps.append(.write(offset: after.offset + UInt64(geometry.indexOffset(number)), bytes: SparseBytes(block.bytes)))
      steps.append(.flush)
    }
    return steps
  }

  /// Returns the labels to write, by ascending slots, and the index that puts them into effect; `nil` if there are too
  /// few slots.
  private static func labels(from old: LabelArea, to new: LabelArea) -> ([(slot: Int, bytes: [UInt8])], IndexBlock)? {
    guard let current = old.indexes.current, var index = new.indexes.current else { return nil }
    var labels: [Int: [UInt8]] = [:]
    var moving: [NamespaceLabel] = []
    let used = Set(old.usedSlots)
    for slot in new.usedSlots {
      guard let label = new.label(in: slot) else { return nil }
      if !used.contains(slot) {
        labels[slot] = label.bytes
      } else if label != old.label(in: slot) {
        // In another slot an invalid label would become valid.
        guard label.defect(inSlot: slot) == nil else { return nil }
        index.markFree(slot)
        moving.append(label)
      }
    }
    var free = (0..<min(current.slotCount, index.slotCount)).lazy
      .filter { [index] in current.isFree($0) && index.isFree($0) }.makeIterator()
    for label in moving {
      guard let slot = free.next() else { return nil }
      var label = label
      label.seal(slot: slot)
      labels[slot] = label.bytes
      index.markUsed(slot)
    }
    return (labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, index)
  }
}
