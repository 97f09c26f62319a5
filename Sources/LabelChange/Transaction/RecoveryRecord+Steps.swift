package import Basics

extension RecoveryRecord {
  /// The whole change, from the writing of the record to its end.
  var steps: [StorageStep] { preparation + completion }

  /// The steps that write the record. Until the last step but one, the change can only go back; after the last, only
  /// forward.
  var preparation: [StorageStep] {
    let marking: [StorageStep] = mark.map { [$0.step, .flush] } ?? []
    return marking + payload.placed(at: payloadOffset).map { .write(offset: $0, bytes: $1) }
      + [.flush, .write(offset: headerOffset, bytes: SparseBytes(header)), .flush]
  }

  /// The steps that carry the change out and erase the record. They can be restarted from the beginning at any point.
  package var completion: [StorageStep] {
    let changes = writes + [.flush]
    if mark != nil { return changes + [.resize(length: lengthAfter), .flush] }
    let header = StorageStep.clear(headerOffset..<run.upperBound)
    return changes + [header, .flush, .clear(payloadOffset..<headerOffset), .flush]
  }

  /// Writes of the new area, of zeros to the old one, and of the other pieces, but not to the bytes of the record
  /// itself.
  private var writes: [StorageStep] {
    let used = pieces.first?.range.upperBound ?? after.lowerBound
    let old = before.subtracting(after).map { $0.clamped(to: 0..<lengthAfter) }
    let zeros = (old + [used..<after.upperBound]).flatMap { mark == nil ? $0.subtracting(run) : [$0] }
      .filter { !$0.isEmpty }
    return zeros.map(StorageStep.clear)
      + pieces.filter { $0.count > 0 }.map { .copy($0.kept, to: $0.offset) }
  }
}

/// One step of a change to a backend, for its storage to carry out.
package enum StorageStep: Hashable, Sendable {
  /// Replaces bytes, and extends a file if they lie after its end. Until the next flush, a crash leaves any of the
  /// affected eight-byte units unchanged; if the file becomes longer, a crash leaves the old length, or the new bytes
  /// may read as zeros.
  case write(offset: UInt64, bytes: SparseBytes)
  /// Replaces bytes with a copy of a range of the backend. The range must not overlap them, and nothing may have been
  /// written to it since the last flush.
  case copy(Range<UInt64>, to: UInt64)
  /// All earlier steps become durable before any later one begins.
  case flush
  /// Gives the file another length; new bytes read as zeros. A crash leaves the old length or the new one.
  case resize(length: UInt64)

  /// Returns a step that writes zeros to all of `range`.
  static func clear(_ range: Range<UInt64>) -> StorageStep {
    .write(offset: range.lowerBound, bytes: SparseBytes(zeros: range.count))
  }

  /// The bytes of the backend that the step replaces; `nil` for a step that replaces none.
  package var writtenRange: Range<UInt64>? {
    switch self {
    case .write(let offset, let bytes): bytes.count == 0 ? nil : offset..<offset + UInt64(bytes.count)
    case .copy(let range, let offset): offset..<offset + UInt64(range.count)
    case .flush, .resize: nil
    }
  }
}

extension Range<UInt64> {
  /// Returns the parts of this range that do not lie in `hole`, ascending.
  func subtracting(_ hole: Range<UInt64>) -> [Range<UInt64>] {
    guard overlaps(hole) else { return isEmpty ? [] : [self] }
    return [lowerBound..<Swift.max(lowerBound, hole.lowerBound), Swift.min(upperBound, hole.upperBound)..<upperBound]
      .filter { !$0.isEmpty }
  }
}

/// A change of a label area that a crash interrupted, as a later run finds it in the backend.
package enum UnfinishedChange: Hashable, Sendable {
  /// Only the length of the file has changed; it was `lengthBefore`, and the file has a mark at its end.
  case prepared(lengthBefore: UInt64)
  /// Everything that is needed to complete the change is available.
  case committed(RecoveryRecord)

  /// The direction in which the change is finished.
  package enum Direction: String, Sendable { case back, forward }

  package var direction: Direction {
    switch self {
    case .prepared: .back
    case .committed: .forward
    }
  }

  /// The steps that finish the change. A crash during them leaves this change, or none.
  package var steps: [StorageStep] {
    switch self {
    case .prepared(let length): [.resize(length: length), .flush]
    case .committed(let record): record.completion
    }
  }

  /// Looks for an unfinished change in a backend of `length` bytes; `nil` if there is none. Reads at most one record.
  package static func find<Failure: Error>(
    length: UInt64, canGrow: Bool, read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> UnfinishedChange? {
    let mark = canGrow ? try RecoveryMark(length: length, read: read) : nil
    guard !canGrow || mark != nil else { return nil }
    if let record = try RecoveryRecord(of: mark, length: length, read: read) { return .committed(record) }
    return mark.map { .prepared(lengthBefore: $0.lengthBefore) }
  }
}
