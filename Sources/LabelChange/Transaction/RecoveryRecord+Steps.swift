import Basics

extension RecoveryRecord {
  /// The whole change, from the writing of the record to its end.
  var steps: [StorageStep] { preparation + completion }

  /// What puts the record into place. Until the last step but one, the change can only go back; after the last, only
  /// forward.
  var preparation: [StorageStep] {
    let marking: [StorageStep] = mark.map { [$0.step, .flush] } ?? []
    return marking + [
      .write(offset: payloadOffset, bytes: payload), .flush, .write(offset: headerOffset, bytes: header), .flush,
    ]
  }

  /// What carries the change out and makes the record vanish. It can begin anew from the start at any point.
  package var completion: [StorageStep] {
    let changes = writes + [.flush]
    if mark != nil { return changes + [.resize(length: lengthAfter), .flush] }
    let header = StorageStep.clear(headerOffset..<run.upperBound)
    return changes + [header, .flush, .clear(payloadOffset..<headerOffset), .flush]
  }

  /// The new area, zeros where the old one was, and the other pieces, but not where the record itself lies.
  private var writes: [StorageStep] {
    let used = pieces.first?.range.upperBound ?? after.lowerBound
    let old = before.subtracting(after).map { $0.clamped(to: 0..<lengthAfter) }
    let zeros = (old + [used..<after.upperBound]).flatMap { mark == nil ? $0.subtracting(run) : [$0] }
      .filter { !$0.isEmpty }
    return zeros.map(StorageStep.clear)
      + pieces.filter { !$0.bytes.isEmpty }.map { .write(offset: $0.offset, bytes: $0.bytes) }
  }
}

/// One step of a change to a backend, for its storage to carry out.
package enum StorageStep: Hashable, Sendable {
  /// Replaces bytes, and makes a file longer where they lie behind its end. Until the next flush, a crash leaves any of
  /// the eight-byte units that they touch as they were; of a file that becomes longer, it leaves the length as it was,
  /// or what it gains may read as zeros.
  case write(offset: UInt64, bytes: [UInt8])
  /// All steps before are durable before any that follows begins.
  case flush
  /// Gives the file another length; what it gains reads as zeros. A crash leaves the old length or the new one.
  case resize(length: UInt64)

  /// Zeros to all of `range`.
  static func clear(_ range: Range<UInt64>) -> StorageStep {
    .write(offset: range.lowerBound, bytes: [UInt8](repeating: 0, count: range.count))
  }

  /// The bytes of the backend that the step replaces; nil for a step that replaces none.
  package var writtenRange: Range<UInt64>? {
    guard case .write(let offset, let bytes) = self, !bytes.isEmpty else { return nil }
    return offset..<offset + UInt64(bytes.count)
  }
}

extension Range<UInt64> {
  /// What of this range does not lie in `hole`, ascending.
  func subtracting(_ hole: Range<UInt64>) -> [Range<UInt64>] {
    guard overlaps(hole) else { return isEmpty ? [] : [self] }
    return [lowerBound..<Swift.max(lowerBound, hole.lowerBound), Swift.min(upperBound, hole.upperBound)..<upperBound]
      .filter { !$0.isEmpty }
  }
}

/// A change of a label area that a crash interrupted, as a later run finds it in the backend.
package enum UnfinishedChange: Hashable, Sendable {
  /// Nothing is changed yet but the length of the file, which was `lengthBefore` and has a mark at its end.
  case prepared(lengthBefore: UInt64)
  /// All that is needed to complete it is at hand.
  case committed(RecoveryRecord)

  /// Which way the change is brought to its end.
  package enum Direction: String, Sendable { case back, forward }

  package var direction: Direction {
    switch self {
    case .prepared: .back
    case .committed: .forward
    }
  }

  /// What brings the change to its end. A crash meanwhile leaves this change, or none.
  package var steps: [StorageStep] {
    switch self {
    case .prepared(let length): [.resize(length: length), .flush]
    case .committed(let record): record.completion
    }
  }

  /// Looks for one in a backend of `length` bytes; nil where there is none. At most one record is read.
  package static func find<Failure: Error>(
    length: UInt64, canGrow: Bool, read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> UnfinishedChange? {
    let mark = canGrow ? try RecoveryMark(length: length, read: read) : nil
    guard !canGrow || mark != nil else { return nil }
    if let record = try RecoveryRecord(of: mark, length: length, read: read) { return .committed(record) }
    return mark.map { .prepared(lengthBefore: $0.lengthBefore) }
  }
}
