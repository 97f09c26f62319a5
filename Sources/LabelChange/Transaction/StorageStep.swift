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
