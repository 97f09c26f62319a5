package import Basics
import PersistentMemory

/// A backup of what a change of a label area overwrites: the old area, and old blocks outside it.
///
/// If a change writes only to its area, the backup is that area and nothing else, as `ndctl read-labels` outputs it.
/// Otherwise the other overwritten blocks follow, in pieces like those of a recovery record, and then a trailer with
/// their places:
///
/// ```
/// the area, none or more bytes | pieces | end, 256 bytes
/// ```
package struct LabelBackup: Hashable, Sendable {
  /// The place of the old area, and the length of the backend that contained it.
  package struct Origin: Hashable, Sendable {
    package let offset: UInt64
    package let length: UInt64
  }

  /// The old label area; empty if there was none.
  package let area: SparseBytes
  /// The old blocks outside the area, ascending.
  package let blocks: [BackendPiece]
  /// The origin of the area; `nil` if the backup contains only the area.
  package let origin: Origin?

  /// Whether the backup contains nothing but zeros.
  package var isBlank: Bool { blocks.isEmpty && area.isZero }

  /// Backs up what `change` overwrites in the backend that `read` reads.
  package init<Failure: Error>(
    before change: LabelAreaChange, read: (_ offset: UInt64, _ count: Int) throws(Failure) -> SparseBytes
  ) throws(Failure) {
    area = change.before?.bytes ?? []
    let before = change.before.map { $0.offset..<$0.end } ?? 0..<0
    let after = change.after.map { $0.offset..<$0.end } ?? 0..<0
    var blocks = change.rewrites.map { BackendPiece(offset: $0.offset, bytes: $0.before) }
      .filter { !$0.range.overlaps(before) }
    for range in after.clamped(to: 0..<change.lengthBefore).subtracting(before) where !range.isEmpty {
      blocks.append(BackendPiece(offset: range.lowerBound, bytes: try read(range.lowerBound, range.count)))
    }
    // Zeros need no backup, and whatever a guest has written there since then is its own.
    blocks.removeAll { block in block.bytes.isZero }
    self.blocks = blocks.sorted { $0.offset < $1.offset }
    origin =
      blocks.isEmpty
      ? nil : Origin(offset: change.before?.offset ?? change.lengthBefore, length: change.lengthBefore)
  }

  /// All integers are little-endian; offsets count from the start of the trailer.
  private enum Fields {
    static let magic = Field<UInt64>("magic", at: 0)
    static let version = Field<UInt32>("version", at: 8)
    static let areaOffset = Field<UInt64>("area offset", at: 16)
    static let areaSize = Field<UInt64>("area size", at: 24)
    static let length = Field<UInt64>("length", at: 32)
    static let piecesSize = Field<UInt64>("pieces size", at: 40)
    /// Fletcher64 over everything before the trailer, padded to whole words.
    static let contentsChecksum = Field<UInt64>("contents checksum", at: 48)
    /// Fletcher64 over the trailer with this field 0.
    static let checksum = Field<UInt64>("checksum", at: 56)
  }

  package static let endSize = 256
  private static let magic: UInt64 = 0x5055_4b42_4d49_4456  // "VDIMBKUP", as it lies on media
  private static let version: UInt32 = 1

  /// The size of the backup file in bytes.
  package var size: Int { area.count + (origin == nil ? 0 : blocks.size + Self.endSize) }

  /// The contents of the backup file, with their offsets.
  package var contents: [(offset: UInt64, bytes: SparseBytes)] {
    guard let origin else { return [(0, area)] }
    let kept = [(offset: 0, bytes: area)] + blocks.placed(at: UInt64(area.count))
    var sum = Fletcher64()
    for (_, bytes) in kept { sum.append(bytes) }
    var end = [UInt8](repeating: 0, count: Self.endSize)
    end[Fields.magic] = Self.magic
    end[Fields.version] = Self.version
    end[Fields.areaOffset] = origin.offset
    end[Fields.areaSize] = UInt64(area.count)
    end[Fields.length] = origin.length
    end[Fields.piecesSize] = UInt64(blocks.size)
    end[Fields.contentsChecksum] = sum.checksum
    end[Fields.checksum] = Fletcher64.checksum(end, zeroing: Fields.checksum)
    return kept + [(UInt64(area.count + blocks.size), SparseBytes(end))]
  }

  /// The size of the largest backup file in bytes.
  package static let limit = RecoveryRecord.largestPayload + UInt64(endSize)

  /// Returns the size of the area in a file that ends with the bytes `end`; `nil` if the file is just an area.
  package static func areaSize(end: [UInt8]) -> UInt64? {
    end.count == endSize && end[Fields.magic] == magic ? end[Fields.areaSize] : nil
  }

  /// Reads a backup file. A file without the trailer of a backup in pieces is just an area. `nil` if the file has such
  /// a trailer, but is not a backup as it was written.
  package init?<Failure: Error>(
    size: UInt64, read: (_ offset: UInt64, _ count: Int) throws(Failure) -> SparseBytes
  ) throws(Failure) {
    let contents = size < UInt64(Self.endSize) ? 0 : size - UInt64(Self.endSize)
    let end = try read(contents, Int(size - contents)).array
    guard let areaSize = Self.areaSize(end: end) else {
      (area, blocks, origin) = (try read(0, Int(size)), [], nil)
      return
    }
    guard end[Fields.version] == Self.version,
      end[Fields.checksum] == Fletcher64.checksum(end, zeroing: Fields.checksum), areaSize <= contents,
      end[Fields.piecesSize] == contents - areaSize
    else { return nil }
    var sum = Fletcher64()
    sum.append(try read(0, Int(contents)))
    guard end[Fields.contentsChecksum] == sum.checksum,
      let pieces = try KeptPiece.pieces(
        in: areaSize..<contents, read: { (offset, count) throws(Failure) in try read(offset, count).array })
    else { return nil }
    area = try read(0, Int(areaSize))
    var blocks: [BackendPiece] = []
    for piece in pieces {
      blocks.append(BackendPiece(offset: piece.offset, bytes: try read(piece.position, piece.count)))
    }
    self.blocks = blocks
    origin = Origin(offset: end[Fields.areaOffset], length: end[Fields.length])
  }
}
