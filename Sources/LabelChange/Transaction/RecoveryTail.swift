/// The room for a recovery record behind a file, which says by the length that it gives the file that it is there.
///
/// The file grows at once by a power of two of pages and an odd number of bytes that names the power. No backend has
/// such a length otherwise: what QEMU maps is a multiple of a page. So even where nothing else reached the disk, the
/// next run knows how long the file was.
struct RecoveryTail: Hashable, Sendable {
  static let page: UInt64 = 4096
  private static let firstResidue: UInt64 = 0xa51
  private static let exponents: ClosedRange<UInt64> = 0...40

  /// Length of the file without the record, a multiple of a page.
  let base: UInt64
  private let exponent: UInt64

  /// Where the record ends.
  var end: UInt64 { base + Self.page << exponent }
  /// Length of the file with the record.
  var length: UInt64 { end + Self.firstResidue + 2 * exponent }

  /// The smallest room behind a file of `base` bytes that leaves `room` bytes at or after `start`.
  init(base: UInt64, start: UInt64, room: UInt64) throws(LabelTransactionError) {
    guard base.isMultiple(of: Self.page) else { throw .lengthNotPageMultiple(base) }
    let (needed, overflow) = start.addingReportingOverflow(room)
    guard !overflow, needed < 1 << 62, let exponent = Self.exponents.first(where: { base + Self.page << $0 >= needed })
    else { throw .fileTooLong }
    self.base = base
    self.exponent = exponent
  }

  /// The room that gave a file its `length`; nil for any other length.
  init?(length: UInt64) {
    let residue = length % Self.page
    guard residue >= Self.firstResidue, (residue - Self.firstResidue).isMultiple(of: 2) else { return nil }
    let exponent = (residue - Self.firstResidue) / 2
    guard Self.exponents.contains(exponent), length - residue > Self.page << exponent else { return nil }
    self.exponent = exponent
    base = length - residue - Self.page << exponent
  }
}
