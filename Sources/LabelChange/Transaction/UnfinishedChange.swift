import Basics

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
