import Basics
import PersistentMemory

extension RecoveryRecord {
  /// Reads the record of a file with `mark`, or at the end of a device of `length` bytes; `nil` if there is none, or if
  /// it is incomplete.
  ///
  /// The bytes may come from anywhere: a record is rejected if it would reach beyond the backend, or contradicts itself
  /// or its place. At most `largestPayload` bytes are read.
  init?<Failure: Error>(
    of mark: RecoveryMark?, length: UInt64, read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    guard length >= UInt64(Self.headerSize) else { return nil }
    headerOffset = mark?.headerOffset ?? length - UInt64(Self.headerSize)
    self.mark = mark
    let header = try read(headerOffset, Self.headerSize)
    guard header.count == Self.headerSize, header[Fields.magic] == Self.magic, header[Fields.version] == Self.version,
      header[Fields.checksum] == Fletcher64.checksum(header, zeroing: Fields.checksum)
    else { return nil }
    lengthBefore = header[Fields.lengthBefore]
    lengthAfter = header[Fields.lengthAfter]
    guard
      let before = Self.range(header[Fields.beforeOffset], header[Fields.beforeSize], within: lengthBefore),
      let after = Self.range(header[Fields.afterOffset], header[Fields.afterSize], within: lengthAfter)
    else { return nil }
    self.before = before
    self.after = after
    payloadOffset = header[Fields.payloadOffset]
    let size = header[Fields.payloadSize]
    guard size <= Self.largestPayload, size.isMultiple(of: 8), size <= headerOffset, let count = Int(exactly: size),
      payloadOffset == headerOffset - size
    else { return nil }
    payload = []
    payloadSize = count
    var sum = Fletcher64()
    for start in stride(from: payloadOffset, to: headerOffset, by: Self.chunk) {
      let count = Int(min(UInt64(Self.chunk), headerOffset - start))
      let bytes = try read(start, count)
      guard bytes.count == count else { return nil }
      sum.append(bytes)
    }
    payloadChecksum = sum.checksum
    guard header[Fields.payloadChecksum] == payloadChecksum,
      let pieces = try KeptPiece.pieces(in: payloadOffset..<headerOffset, read: read)
    else { return nil }
    self.pieces = pieces
    // Every byte of the header has a meaning: it must be the same as a newly written one.
    guard isPossible, self.header == header else { return nil }
  }

  /// The number of bytes of the payload that are read at once.
  private static let chunk = 1 << 20

  /// The largest area, plus half as much for blocks that change with it.
  package static let largestPayload = UInt64(LabelGeometry.largestArea) / 2 * 3

  /// Whether the record lies where a change would put it, and its pieces lie in the backend without overlapping.
  private var isPossible: Bool {
    guard let area = pieces.first?.range, area.lowerBound == after.lowerBound, area.upperBound <= after.upperBound
    else { return false }
    let common = 0..<min(lengthBefore, lengthAfter)
    guard pieces.dropFirst().allSatisfy({ $0.range.clamped(to: common) == $0.range && !$0.range.overlaps(after) })
    else { return false }
    if let mark {
      return lengthBefore == mark.lengthBefore
        && mark
          == (try? RecoveryMark(
            lengthBefore: lengthBefore, behind: max(lengthBefore, lengthAfter), payload: payloadSize))
    }
    let end = run.upperBound
    return lengthBefore == end && lengthAfter == end && !before.isEmpty
      && !pieces.contains { $0.range.overlaps(run) } && payloadOffset >= max(before.lowerBound, area.upperBound)
  }

  private static func range(_ offset: UInt64, _ size: UInt64, within length: UInt64) -> Range<UInt64>? {
    guard size <= UInt64(LabelGeometry.largestArea), offset <= length, size <= length - offset else { return nil }
    return offset..<offset + size
  }
}
