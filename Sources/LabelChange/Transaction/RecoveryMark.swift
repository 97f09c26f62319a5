import Basics

/// The last bytes of a file during a change of its label area: they mark the change, and give the file's former length.
///
/// The mark lies after the last whole page, where no guest can write, because QEMU maps whole pages. A file that has
/// such a length by chance holds something else there, and is left alone.
///
/// ```
/// the backend, as long as it is before and after | payload | header, 256 bytes | mark, 256 bytes | end
/// ```
/// The header begins at a multiple of a page.
struct RecoveryMark: Hashable, Sendable {
  static let page: UInt64 = 4096
  static let size = 256
  private static let largest: UInt64 = 1 << 62
  /// The size of the header and the mark in bytes.
  private static let room = UInt64(RecoveryRecord.headerSize + size)
  private static let magic: UInt64 = 0x4b52_414d_4d49_4456  // "VDIMMARK", as it lies on media
  private static let version: UInt32 = 2

  /// All integers are little-endian; offsets count from the start of the mark.
  private enum Fields {
    static let magic = Field<UInt64>("magic", at: 0)
    static let version = Field<UInt32>("version", at: 8)
    static let lengthBefore = Field<UInt64>("length before", at: 16)
    /// Fletcher64 over the mark with this field 0.
    static let checksum = Field<UInt64>("checksum", at: RecoveryMark.size - 8)
  }

  /// The length of the file before the change, in bytes.
  let lengthBefore: UInt64
  /// The offset of the record's header in the file, in bytes: a multiple of a page.
  let headerOffset: UInt64

  private var offset: UInt64 { headerOffset + Self.room - UInt64(Self.size) }

  /// Creates the mark of a file of `lengthBefore` bytes, with room for a payload of `payload` bytes after the first
  /// `used` bytes, which the change itself needs.
  init(lengthBefore: UInt64, behind used: UInt64, payload: Int) throws(LabelTransactionError) {
    guard used < Self.largest, let offset = (used + UInt64(payload)).alignedUp(to: Self.page) else {
      throw .fileTooLong
    }
    self.lengthBefore = lengthBefore
    headerOffset = offset
  }

  /// Reads the mark of a file of `length` bytes; `nil` if it has none.
  init?<Failure: Error>(
    length: UInt64, read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    guard length % Self.page == Self.room else { return nil }
    let bytes = try read(length - UInt64(Self.size), Self.size)
    guard bytes.count == Self.size, bytes[Fields.magic] == Self.magic else { return nil }
    headerOffset = length - Self.room
    lengthBefore = bytes[Fields.lengthBefore]
    guard lengthBefore <= headerOffset, self.bytes == bytes else { return nil }
  }

  private var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.size)
    bytes[Fields.magic] = Self.magic
    bytes[Fields.version] = Self.version
    bytes[Fields.lengthBefore] = lengthBefore
    bytes[Fields.checksum] = Fletcher64.checksum(bytes, zeroing: Fields.checksum)
    return bytes
  }

  /// The step that extends and marks the file at once.
  var step: StorageStep { .write(offset: offset, bytes: SparseBytes(bytes)) }
}
