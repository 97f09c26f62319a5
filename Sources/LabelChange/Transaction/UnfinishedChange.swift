import Basics

/// A change of a label area that a crash interrupted, as a later run finds it in the backend.
package enum UnfinishedChange: Hashable, Sendable {
  /// Nothing is changed yet but the length of the file, which was `lengthBefore`.
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
  ///
  /// `isBlank` tells whether all bytes of a range are zero.
  package static func find<Failure: Error>(
    length: UInt64, canGrow: Bool, isBlank: (_ range: Range<UInt64>) throws(Failure) -> Bool,
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> UnfinishedChange? {
    guard canGrow else {
      return try RecoveryRecord(endingAt: length, tail: nil, read: read).map { .committed($0) }
    }
    guard let tail = RecoveryTail(length: length) else { return nil }
    if let record = try RecoveryRecord(endingAt: tail.end, tail: tail, read: read) { return .committed(record) }
    let mark = try read(tail.end - UInt64(RecoveryRecord.headerSize), 8)
    // A file that only happens to have such a length holds something else there.
    var isOurs = mark.count == 8 && mark[RecoveryRecord.Fields.magic] == RecoveryRecord.magic
    if !isOurs { isOurs = try isBlank(tail.base..<length) }
    return isOurs ? .prepared(lengthBefore: tail.base) : nil
  }
}
