import Basics
import PersistentMemory

/// A change of a label area, recorded in unused space before anything else is changed, so that a later run can complete
/// it.
///
/// The payload is the data to write: the new area without its trailing zeros, then blocks of namespaces, each piece
/// preceded by its offset and its size and padded to eight bytes.
///
/// The header puts the record into effect: it is written when the payload is durable. In a regular file it precedes the
/// mark of an open change, see `RecoveryMark`; a device, which cannot grow, ends with it.
package struct RecoveryRecord: Hashable, Sendable {
  static let headerSize = 256
  static let magic: UInt64 = 0x5243_4552_4d49_4456  // "VDIMRECR", as it lies on media
  static let version: UInt32 = 2

  /// All integers are little-endian; numbers are bytes, and offsets count from the start of the backend.
  enum Fields {
    static let magic = Field<UInt64>("magic", at: 0)
    static let version = Field<UInt32>("version", at: 8)
    static let headerSize = Field<UInt32>("header size", at: 12)
    static let lengthBefore = Field<UInt64>("length before", at: 16)
    static let lengthAfter = Field<UInt64>("length after", at: 24)
    static let beforeOffset = Field<UInt64>("offset before", at: 32)
    static let beforeSize = Field<UInt64>("size before", at: 40)
    static let afterOffset = Field<UInt64>("offset after", at: 48)
    static let afterSize = Field<UInt64>("size after", at: 56)
    static let payloadOffset = Field<UInt64>("payload offset", at: 64)
    static let payloadSize = Field<UInt64>("payload size", at: 72)
    /// Fletcher64 over the payload.
    static let payloadChecksum = Field<UInt64>("payload checksum", at: 80)
    /// Fletcher64 over the header with this field 0.
    static let checksum = Field<UInt64>("checksum", at: 88)
  }

  package let lengthBefore: UInt64
  package let lengthAfter: UInt64
  /// The range of the old area; empty if there was none.
  package let before: Range<UInt64>
  /// The range of the new area.
  package let after: Range<UInt64>
  /// The contents of the payload; first the new area, whose remaining bytes are zero.
  let pieces: [KeptPiece]
  let payloadOffset: UInt64
  let payloadSize: Int
  let payloadChecksum: UInt64
  /// The pieces to be written; empty for a record that was read.
  let payload: [BackendPiece]
  /// The offset of the header.
  let headerOffset: UInt64
  /// The mark of the file that holds the record; `nil` for a record in a device.
  let mark: RecoveryMark?

  /// The range of the record in a device.
  var run: Range<UInt64> { payloadOffset..<headerOffset + UInt64(Self.headerSize) }

  /// Creates the record for `change`, which must leave an area.
  init(_ change: LabelAreaChange, canGrow: Bool) throws(LabelTransactionError) {
    lengthBefore = change.lengthBefore
    lengthAfter = change.lengthAfter
    before = change.before.map { $0.offset..<$0.end } ?? 0..<0
    let placement = change.after ?? LabelAreaPlacement(offset: change.lengthAfter, bytes: [])
    after = placement.offset..<placement.end
    let used = placement.bytes.endOfData
    payload =
      [BackendPiece(offset: placement.offset, bytes: placement.bytes.first(used))]
      + change.rewrites.map { BackendPiece(offset: $0.offset, bytes: $0.after) }
    payloadSize = payload.size
    // A larger record would not be read again.
    guard UInt64(payloadSize) <= Self.largestPayload else { throw .tooMuch(UInt64(payloadSize)) }
    if canGrow {
      let mark = try RecoveryMark(
        lengthBefore: lengthBefore, behind: max(lengthBefore, lengthAfter), payload: payloadSize)
      self.mark = mark
      headerOffset = mark.headerOffset
    } else {
      mark = nil
      let size = UInt64(payloadSize + Self.headerSize)
      guard size <= lengthBefore, Self.isFree(lengthBefore - size..<lengthBefore, in: change, used: used)
      else { throw .noRoomForRecord(size) }
      headerOffset = lengthBefore - UInt64(Self.headerSize)
    }
    payloadOffset = headerOffset - UInt64(payloadSize)
    var (position, sum) = (payloadOffset, Fletcher64())
    var pieces: [KeptPiece] = []
    for piece in payload {
      pieces.append(
        KeptPiece(
          offset: piece.offset, count: piece.bytes.count, position: position + UInt64(BackendPiece.headSize)))
      position += UInt64(piece.size)
      for part in piece.parts { sum.append(part) }
    }
    self.pieces = pieces
    payloadChecksum = sum.checksum
  }

  /// Returns whether `run` of a device is free: neither a region lies there, nor anything in effect in the area before,
  /// nor in the area after, of which `used` bytes are not zero.
  private static func isFree(_ run: Range<UInt64>, in change: LabelAreaChange, used: Int) -> Bool {
    guard run.lowerBound.isMultiple(of: 8), change.lengthBefore == change.lengthAfter, let before = change.before,
      let after = change.after, run.lowerBound >= max(before.offset, after.offset + UInt64(used)),
      let area = try? LabelArea(before.bytes), !change.rewrites.contains(where: { $0.range.overlaps(run) })
    else { return false }
    let geometry = area.geometry
    let blocks = [0, 1].map { (geometry.indexOffset($0), geometry.indexSize) }
    let labels = area.usedSlots.map { (geometry.offset(ofSlot: $0), geometry.labelSize) }
    return (blocks + labels).allSatisfy { offset, size in
      let start = before.offset + UInt64(offset)
      return !run.overlaps(start..<start + UInt64(size))
    }
  }

  /// The header as it is on media.
  var header: [UInt8] {
    var header = [UInt8](repeating: 0, count: Self.headerSize)
    header[Fields.magic] = Self.magic
    header[Fields.version] = Self.version
    header[Fields.headerSize] = UInt32(Self.headerSize)
    header[Fields.lengthBefore] = lengthBefore
    header[Fields.lengthAfter] = lengthAfter
    header[Fields.beforeOffset] = before.lowerBound
    header[Fields.beforeSize] = UInt64(before.count)
    header[Fields.afterOffset] = after.lowerBound
    header[Fields.afterSize] = UInt64(after.count)
    header[Fields.payloadOffset] = payloadOffset
    header[Fields.payloadSize] = UInt64(payloadSize)
    header[Fields.payloadChecksum] = payloadChecksum
    header[Fields.checksum] = Fletcher64.checksum(header, zeroing: Fields.checksum)
    return header
  }
}
