import PersistentMemory

extension LabelTransaction {
  /// A first index for an area that has none: the labels are there when it comes. Nil where there is a valid index,
  /// or labels that would be overwritten, which may be all that is left of an index lost.
  static func birth(_ change: LabelAreaChange) -> [StorageStep]? {
    guard let after = change.after, change.lengthBefore == change.lengthAfter,
      let area = try? LabelArea(after.bytes), let current = area.indexes.currentNumber
    else { return nil }
    let geometry = area.geometry
    func block(_ number: Int) -> StorageStep {
      let offset = geometry.indexOffset(number)
      return .write(
        offset: after.offset + UInt64(offset), bytes: [UInt8](after.bytes[offset..<offset + geometry.indexSize]))
    }
    guard let labels = labels(before: change.before, after: after, from: geometry.labelOffset) else { return nil }
    return labels + [block(current), .flush, block(1 - current), .flush]
  }

  /// What is to be written before the index, which ends at `head`.
  private static func labels(
    before: LabelAreaPlacement?, after: LabelAreaPlacement, from head: Int
  ) -> [StorageStep]? {
    guard let before else {
      // Nobody knows what is there: not even an old index may remain.
      let blank = [UInt8](repeating: 0, count: head) + after.bytes[head...]
      return [.write(offset: after.offset, bytes: blank), .flush]
    }
    guard before.offset == after.offset, before.bytes.count == after.bytes.count,
      let area = try? LabelArea(before.bytes), area.indexes.current == nil
    else { return nil }
    let changed = (head..<after.bytes.count).filter { before.bytes[$0] != after.bytes[$0] }
    guard let first = changed.first, let last = changed.last else { return [] }
    guard changed.allSatisfy({ before.bytes[$0] == 0 }) else { return nil }
    return [.write(offset: after.offset + UInt64(first), bytes: [UInt8](after.bytes[first...last])), .flush]
  }
}
