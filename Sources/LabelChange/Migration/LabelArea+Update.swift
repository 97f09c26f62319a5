import PersistentMemory

extension LabelArea {
  /// Returns the area after one update: labels replaced, slots freed, labels added.
  ///
  /// If there are as many free slots as labels to replace, the update follows the format: new labels go to free slots,
  /// and the index block that is not current lists them under the next sequence number, so that nothing in effect is
  /// overwritten. With fewer free slots the labels are replaced in place.
  ///
  /// Source: Linux drivers/nvdimm/label.c, `__pmem_label_update`. Nothing changes without a current index. There must
  /// be a free slot for each label in `added`.
  func updated(
    replacing replacements: [Int: NamespaceLabel] = [:], freeing dropped: [Int] = [],
    adding added: [NamespaceLabel] = []
  ) -> SparseBytes {
    guard let number = indexes.currentNumber, let current = indexes.current else { return bytes }
    guard !replacements.isEmpty || !dropped.isEmpty || !added.isEmpty else { return bytes }
    var area = bytes
    var index = current
    let free = (0..<current.slotCount).lazy.filter { current.isFree($0) }.prefix(replacements.count)
    let slots = Array(free)
    let isInPlace = slots.count < replacements.count
    for (order, (slot, label)) in replacements.sorted(by: { $0.key < $1.key }).enumerated() {
      let target = isInPlace ? slot : slots[order]
      var sealed = label
      sealed.seal(slot: target)
      area.replace(at: geometry.offset(ofSlot: target), with: sealed.bytes)
      index.markFree(slot)
      index.markUsed(target)
    }
    for slot in dropped { index.markFree(slot) }
    let unused = (0..<current.slotCount).lazy.filter { current.isFree($0) && index.isFree($0) }
    for (slot, label) in zip(unused.prefix(added.count), added) {
      var sealed = label
      sealed.seal(slot: slot)
      area.replace(at: geometry.offset(ofSlot: slot), with: sealed.bytes)
      index.markUsed(slot)
    }
    guard index != current else { return area }
    index.seal(as: 1 - number, sequence: current.sequence.next, in: geometry)
    area.replace(at: geometry.indexOffset(1 - number), with: index.bytes)
    return area
  }
}
