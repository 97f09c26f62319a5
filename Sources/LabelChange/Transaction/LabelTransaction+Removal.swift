import PersistentMemory

extension LabelTransaction {
  /// An area that is taken away and not replaced: the file ends before it, or its index blocks vanish, the one that
  /// rules last, and then its labels. Nil where an area remains.
  static func removal(_ change: LabelAreaChange) -> [StorageStep]? {
    guard change.after == nil, let before = change.before else { return nil }
    let ending: [StorageStep] =
      change.lengthAfter == change.lengthBefore ? [] : [.resize(length: change.lengthAfter), .flush]
    guard change.lengthAfter > before.offset else { return ending }
    var blocks = validBlocks(of: before)
    let ruler = blocks.first
    if !blocks.isEmpty { blocks.removeFirst() }
    let others = blocks.flatMap { block in ruler.map { block.subtracting($0) } ?? [block] }
    var steps = others.map(StorageStep.clear)
    if !others.isEmpty { steps.append(.flush) }
    if let ruler { steps += [.clear(ruler), .flush] }
    return steps + [.clear(before.offset..<before.end), .flush] + ending
  }

  /// The index blocks that Linux takes for valid with labels of either size, in the backend; the one that rules first.
  private static func validBlocks(of placement: LabelAreaPlacement) -> [Range<UInt64>] {
    let pairs = LabelGeometry.labelSizes.compactMap { labelSize in
      LabelGeometry(areaSize: placement.bytes.count, labelSize: labelSize)
        .map { IndexPair(of: placement.bytes, in: $0) }
    }
    return pairs.flatMap { pair in
      let ruler = pair.currentNumber ?? 0
      return [ruler, 1 - ruler].filter { pair.defects[$0] == nil }.map { number in
        let start = placement.offset + UInt64(pair.geometry.indexOffset(number))
        return start..<start + UInt64(pair.geometry.indexSize)
      }
    }
  }
}
