import PersistentMemory

extension LabelArea {
  /// The area after one update: labels replaced, slots freed.
  ///
  /// It is made as the format asks, where there are as many free slots as labels to replace: new labels go to free
  /// slots, and the block that is not current lists them under the next sequence number, so that nothing that counts
  /// is overwritten. With fewer free slots the labels are replaced where they are.
  ///
  /// Source: Linux drivers/nvdimm/label.c, `__pmem_label_update`. Nothing changes without a current index.
  func updated(replacing replacements: [Int: NamespaceLabel], freeing dropped: [Int] = []) -> [UInt8] {
    guard let number = indexes.currentNumber, let current = indexes.current else { return bytes }
    guard !replacements.isEmpty || !dropped.isEmpty else { return bytes }
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
    guard index != current else { return area }
    index.seal(as: 1 - number, sequence: current.sequence.next, in: geometry)
    area.replace(at: geometry.indexOffset(1 - number), with: index.bytes)
    return area
  }
}
