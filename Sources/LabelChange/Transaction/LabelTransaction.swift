import Basics
package import FoundationEssentials
import PersistentMemory

/// A change of a label area as a sequence of steps. After a crash during or after any step, the next run finds the
/// state before or the state after, or a recovery record that leads to one of them.
///
/// Source of the order of writes: UEFI 2.10, 13.19, "Namespace Label Protocol"; Linux `__pmem_label_update`.
package struct LabelTransaction: Sendable {
  /// The method that makes the change safe.
  package enum Method: String, Sendable {
    /// Nothing changes.
    case none
    /// Labels go to free slots; then the index block that is not current gets the next sequence number.
    case index
    /// There is no valid index: labels go to their slots, and the first index block puts them into effect.
    case birth
    /// The index blocks are erased, the current one last, or the file ends before the area.
    case removal
    /// The file gets another length, and nothing else changes: there is no label area.
    case length
    /// The whole new area is first written to unused space, from which a later run can repeat the change.
    case record
  }

  package let change: LabelAreaChange
  package let method: Method
  package let steps: [StorageStep]

  /// Plans the steps for `change`. Only a regular file can grow, to make room for a record or for the area.
  package init(_ change: LabelAreaChange, canGrow: Bool) throws(LabelTransactionError) {
    self.change = change
    for (placement, length) in [(change.before, change.lengthBefore), (change.after, change.lengthAfter)] {
      if let placement, placement.end > length {
        throw .areaBeyondEnd(placement.offset..<placement.end, length: length)
      }
    }
    if change.isEmpty {
      (method, steps) = (.none, [])
    } else if change.before == nil, change.after == nil, change.rewrites.isEmpty {
      guard canGrow else { throw .lengthFixed }
      (method, steps) = (.length, [.resize(length: change.lengthAfter), .flush])
    } else if !change.rewrites.isEmpty {
      // Blocks in several places can change together only by a record.
      method = .record
      steps = try RecoveryRecord(change, canGrow: canGrow).steps
    } else if let steps = Self.removal(change) {
      (method, self.steps) = (.removal, steps)
    } else if let steps = Self.index(change) {
      (method, self.steps) = (.index, steps)
    } else if let steps = Self.birth(change) {
      (method, self.steps) = (.birth, steps)
    } else {
      method = .record
      steps = try RecoveryRecord(change, canGrow: canGrow).steps
    }
    let blocks = Set(change.rewrites.map(\.range))
    let written = steps.compactMap(\.writtenRange).filter { !blocks.contains($0) }
    for (uuid, data) in Self.namespaces(in: change) {
      if let range = written.first(where: { $0.overlaps(data) }) {
        throw .namespaceInTheWay(uuid: uuid, data: data, write: range)
      }
    }
  }

  /// The bytes of the backend that the steps replace, ascending, including those of a recovery record.
  package var writtenRanges: [Range<UInt64>] {
    var ranges: [Range<UInt64>] = []
    for range in steps.compactMap(\.writtenRange).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = ranges.last, range.lowerBound <= last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        ranges.append(range)
      }
    }
    return ranges
  }

  /// The maximum length of the backend during the change.
  package var largestLength: UInt64 {
    steps.reduce(change.lengthBefore) { largest, step in
      switch step {
      case .resize(let length): max(largest, length)
      case .write, .copy: max(largest, step.writtenRange?.upperBound ?? 0)
      case .flush: largest
      }
    }
  }

  /// Returns the ranges that namespaces own by the labels before and after; only a rewrite may touch them.
  private static func namespaces(in change: LabelAreaChange) -> [(uuid: UUID, data: Range<UInt64>)] {
    let placements: [LabelAreaPlacement] = [change.before, change.after].compactMap(\.self)
    return placements.flatMap { placement in
      let labels = (try? LabelArea(placement.bytes))?.validLabels ?? []
      return labels.compactMap { label -> (uuid: UUID, data: Range<UInt64>)? in
        guard let last = label.reservation?.upperBound, label.dpa < placement.offset else { return nil }
        return (label.uuid, label.dpa..<min(last, placement.offset - 1) + 1)
      }
    }
  }
}

/// The reason why a change cannot be made safe. All numbers are bytes of the backend.
package enum LabelTransactionError: Error, Hashable, Sendable {
  /// The area would reach beyond the end of the backend.
  case areaBeyondEnd(Range<UInt64>, length: UInt64)
  /// A step would write to bytes that a namespace owns.
  case namespaceInTheWay(uuid: UUID, data: Range<UInt64>, write: Range<UInt64>)
  /// A device cannot grow, and its last bytes, where a recovery record of this size would have to lie, are in use.
  case noRoomForRecord(UInt64)
  /// One step would have to write more than a recovery record holds.
  case tooMuch(UInt64)
  /// The file would exceed the maximum length of a file.
  case fileTooLong
  /// The length of a device cannot change.
  case lengthFixed
}

extension LabelTransactionError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .areaBeyondEnd(let area, let length):
      "a label area at \(area.lowerBound.hex) would end beyond the backend "
        + "(stored \(length.hex), expected at least \(area.upperBound.hex))"
    case .namespaceInTheWay(let uuid, let data, let write):
      "the change would write at \(write.lowerBound.hex) to \(write.upperBound.hex), where namespace "
        + "\(uuid.lowercased) has its data (\(data.lowerBound.hex) to \(data.upperBound.hex))"
    case .noRoomForRecord(let size):
      "a device cannot grow, and it has no \(ByteCount(size)) free at its end for a recovery record"
    case .tooMuch(let size):
      "the change is too large for a recovery record (stored \(ByteCount(size)), expected at most "
        + "\(ByteCount(RecoveryRecord.largestPayload)))"
    case .lengthFixed: "the length of a device cannot be changed"
    case .fileTooLong: "the file cannot become long enough for a recovery record"
    }
  }
}

extension LabelTransaction {
  /// Returns the steps that write a first index to an area without one, after its labels. `nil` if there is a valid
  /// index, or if labels would be overwritten, which may be all that is left of a lost index.
  static func birth(_ change: LabelAreaChange) -> [StorageStep]? {
    guard let after = change.after, change.lengthBefore == change.lengthAfter,
      let area = try? LabelArea(after.bytes), let current = area.indexes.currentNumber
    else { return nil }
    let geometry = area.geometry
    func block(_ number: Int) -> StorageStep {
      let offset = geometry.indexOffset(number)
      return .write(
        offset: after.offset + UInt64(offset),
        bytes: SparseBytes(after.bytes.bytes(in: offset..<offset + geometry.indexSize)))
    }
    guard let labels = labels(before: change.before, after: after, from: geometry.labelOffset) else { return nil }
    return labels + [block(current), .flush, block(1 - current), .flush]
  }

  /// Returns the writes before that of the index, which ends at `head`.
  private static func labels(
    before: LabelAreaPlacement?, after: LabelAreaPlacement, from head: Int
  ) -> [StorageStep]? {
    guard let before else {
      // The old contents are unknown: not even an old index may remain.
      var blank = after.bytes
      blank.replace(at: 0, with: [UInt8](repeating: 0, count: head))
      return [.write(offset: after.offset, bytes: blank), .flush]
    }
    guard before.offset == after.offset, before.bytes.count == after.bytes.count,
      let area = try? LabelArea(before.bytes), area.indexes.current == nil
    else { return nil }
    let changed = after.bytes.differences(from: before.bytes, gap: SparseBytes.pageSize)
      .map { $0.clamped(to: head..<after.bytes.count) }.filter { !$0.isEmpty }
    var steps: [StorageStep] = []
    for range in changed {
      let (old, new) = (before.bytes.bytes(in: range), after.bytes.bytes(in: range))
      guard zip(old, new).allSatisfy({ $0 == $1 || $0 == 0 }) else { return nil }
      steps.append(.write(offset: after.offset + UInt64(range.lowerBound), bytes: SparseBytes(new)))
    }
    return steps.isEmpty ? [] : steps + [.flush]
  }
}

extension LabelTransaction {
  /// Returns the steps that remove an area without replacing it: the file ends before it, or its index blocks are
  /// erased, the current one last, and then its labels. `nil` if an area remains.
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

  /// Returns the index blocks in the backend that Linux takes for valid with either label size; the current one first.
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
