public import Basics

/// A namespace index block: the 72-byte header, the bitmap of free slots, and padding.
///
/// The block keeps its bytes as they are on media, so that writing it back changes nothing else.
///
/// Source: UEFI 2.10, 13.19, "EFI_NVDIMM_LABEL_INDEX_BLOCK"; Linux `struct nd_namespace_index`.
public struct IndexBlock: Hashable, Sendable {
  /// The sixteen bytes that every block begins with.
  public static let signature = [UInt8]("NAMESPACE_INDEX\0".utf8)
  /// Bytes before the bitmap of free slots.
  public static let headerSize = 72

  /// The fields after the 16 bytes of signature, named as in Linux.
  public enum Fields {
    /// The flags in the low three bytes, and in the highest one the label size.
    public static let flagsAndLabelSize = Field<UInt32>("flags", at: 16)
    /// Bytes of a label: 128 shifted left by this. It counts from version 1.2 on.
    public static let labelSize = Field<UInt8>("labelsize", at: 19)
    /// The sequence number, in the low two bits.
    public static let sequence = Field<UInt32>("seq", at: 20)
    /// The offset of the block in the area.
    public static let ownOffset = Field<UInt64>("myoff", at: 24)
    /// Bytes of the block.
    public static let size = Field<UInt64>("mysize", at: 32)
    /// The offset of the other block in the area.
    public static let otherOffset = Field<UInt64>("otheroff", at: 40)
    /// The offset of slot 0 in the area.
    public static let labelOffset = Field<UInt64>("labeloff", at: 48)
    /// The number of slots.
    public static let slotCount = Field<UInt32>("nslot", at: 56)
    /// The version number before the point.
    public static let major = Field<UInt16>("major", at: 60)
    /// The minor version number, after the point.
    public static let minor = Field<UInt16>("minor", at: 62)
    /// Fletcher64 of the block with this field as zero.
    public static let checksum = Field<UInt64>("checksum", at: 64)
  }

  /// The bytes of the block, as on media: as many as the index size of its geometry, and at least the header.
  public private(set) var bytes: [UInt8]

  /// Reads block 0 or 1 of an area that has `geometry`. `area` must be as long as the geometry says.
  package init(_ number: Int, of area: SparseBytes, in geometry: LabelGeometry) {
    let offset = geometry.indexOffset(number)
    bytes = area.bytes(in: offset..<offset + geometry.indexSize)
  }

  /// A block of which `bytes` are at hand: the header at least.
  package init(_ bytes: [UInt8]) {
    precondition(bytes.count >= Self.headerSize, "less than the header of an index block")
    self.bytes = bytes
  }

  /// A block of zeros for `geometry`, to be filled by a writer.
  init(blankFor geometry: LabelGeometry) { bytes = [UInt8](repeating: 0, count: geometry.indexSize) }

  /// The value of a field, such as `Fields.sequence`.
  public package(set) subscript<Value>(field: Field<Value>) -> Value {
    get { bytes[field] }
    set { bytes[field] = newValue }
  }

  /// Whether the block begins with ``signature``.
  public var hasSignature: Bool { bytes.starts(with: Self.signature) }
  /// The flags, of which none is defined.
  public var flags: UInt32 { bytes[Fields.flagsAndLabelSize] & 0xff_ffff }
  /// The sequence number.
  public var sequence: IndexSequence { IndexSequence(stored: bytes[Fields.sequence]) }
  /// The version number before the point.
  public var major: UInt16 { bytes[Fields.major] }
  /// The minor version number, after the point.
  public var minor: UInt16 { bytes[Fields.minor] }
  /// The version; nil for a number that no specification defines.
  public var version: LabelVersion? { LabelVersion(major: major, minor: minor) }

  /// Bytes of one label as the header says: 128 before version 1.2, whatever the field holds.
  public var labelSize: UInt64? {
    guard UInt32(major) * 100 + UInt32(minor) >= 102 else { return 128 }
    let exponent = bytes[Fields.labelSize]
    return exponent <= 56 ? 128 << UInt64(exponent) : nil
  }

  /// Bytes of one label as `linux` takes the header: where it does not check the field, a shift of 32 bits wraps.
  func labelSize(under linux: LinuxRelease) -> UInt64? {
    let exponent = 7 + UInt64(bytes[Fields.labelSize])
    return linux.checksLabelSizeField || labelSize == 128 || exponent < 32 ? labelSize : 1 << (exponent & 31)
  }

  /// The checksum that the block ought to have.
  public var expectedChecksum: UInt64 { Fletcher64.checksum(bytes, zeroing: Fields.checksum) }

  /// Slots that the block names and its bitmap has bits for.
  public var slotCount: Int {
    min(Int(bytes[Fields.slotCount]), (bytes.count - Self.headerSize) * 8)
  }

  /// Marks the sixteen bytes of signature.
  package mutating func sign() { bytes.replaceSubrange(0..<16, with: Self.signature) }
}

extension IndexBlock {
  /// A sealed block `number` of an empty area, all slots free.
  ///
  /// With `bitsBeyondSlots` the bitmap is filled up to the next 64 bits, as `ndctl init-labels` leaves it;
  /// Linux clears those bits.
  package init(
    empty number: Int, _ version: LabelVersion, in geometry: LabelGeometry, sequence: IndexSequence,
    bitsBeyondSlots: Bool = false
  ) {
    self.init(blankFor: geometry)
    sign()
    self[Fields.labelSize] = geometry.labelSize == 128 ? 0 : 1
    self[Fields.size] = UInt64(geometry.indexSize)
    self[Fields.labelOffset] = UInt64(geometry.labelOffset)
    self[Fields.slotCount] = UInt32(geometry.slotCount)
    self[Fields.major] = version.major
    self[Fields.minor] = version.minor
    let bits = bitsBeyondSlots ? (geometry.slotCount + 63) / 64 * 64 : geometry.slotCount
    for slot in 0..<bits { markFree(slot) }
    seal(as: number, sequence: sequence, in: geometry)
  }

  /// Makes this block, whose slots may have been marked meanwhile, block `number` with `sequence`, and sums it up.
  package mutating func seal(as number: Int, sequence: IndexSequence, in geometry: LabelGeometry) {
    self[Fields.sequence] = sequence.value
    self[Fields.ownOffset] = UInt64(geometry.indexOffset(number))
    self[Fields.otherOffset] = UInt64(geometry.indexOffset(1 - number))
    self[Fields.checksum] = expectedChecksum
  }
}

extension IndexBlock {
  /// Whether the bitmap calls `slot` free. `slot` must be one that the bitmap has a bit for.
  public func isFree(_ slot: Int) -> Bool { bytes[Self.headerSize + slot / 8] >> UInt8(slot % 8) & 1 == 1 }

  package mutating func markFree(_ slot: Int) { self[Self.byte(of: slot)] |= 1 << UInt8(slot % 8) }

  package mutating func markUsed(_ slot: Int) { self[Self.byte(of: slot)] &= ~(1 << UInt8(slot % 8)) }

  /// The slots in use, ascending.
  public var usedSlots: [Int] {
    var used: [Int] = []
    // Most bytes of most bitmaps say that eight slots are free.
    for first in stride(from: 0, to: slotCount, by: 8) where bytes[Self.headerSize + first / 8] != 0xff {
      for slot in first..<min(first + 8, slotCount) where !isFree(slot) { used.append(slot) }
    }
    return used
  }

  /// How many slots are free.
  public var freeCount: Int {
    let whole = slotCount / 8
    var count = 0
    for byte in bytes[Self.headerSize..<Self.headerSize + whole] { count += byte.nonzeroBitCount }
    for slot in whole * 8..<slotCount where isFree(slot) { count += 1 }
    return count
  }

  /// Bits that are set although no slot belongs to them.
  public var bitsBeyondSlots: [Int] {
    (slotCount..<(bytes.count - Self.headerSize) * 8).filter { isFree($0) }
  }

  private static func byte(of slot: Int) -> Field<UInt8> { Field("free", at: headerSize + slot / 8) }
}
