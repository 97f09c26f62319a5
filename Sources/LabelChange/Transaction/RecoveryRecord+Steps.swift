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
