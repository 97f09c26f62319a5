package import Basics

/// A namespace index block: the 72-byte header, the bitmap of free slots, and padding.
///
/// It keeps the bytes as they are on media, so that writing back what was read changes nothing else.
///
/// Source: UEFI 2.10, 13.19, "EFI_NVDIMM_LABEL_INDEX_BLOCK"; Linux `struct nd_namespace_index`.
package struct IndexBlock: Hashable, Sendable {
  package static let signature = [UInt8]("NAMESPACE_INDEX\0".utf8)
  package static let headerSize = 72

  /// The fields after the 16 bytes of signature, named as in Linux.
  package enum Fields {
    /// The low three bytes are the flags, the highest one is the label size.
    package static let flagsAndLabelSize = Field<UInt32>("flags", at: 16)
    package static let labelSize = Field<UInt8>("labelsize", at: 19)
    package static let sequence = Field<UInt32>("seq", at: 20)
    package static let ownOffset = Field<UInt64>("myoff", at: 24)
    package static let size = Field<UInt64>("mysize", at: 32)
    package static let otherOffset = Field<UInt64>("otheroff", at: 40)
    package static let labelOffset = Field<UInt64>("labeloff", at: 48)
    package static let slotCount = Field<UInt32>("nslot", at: 56)
    package static let major = Field<UInt16>("major", at: 60)
    package static let minor = Field<UInt16>("minor", at: 62)
    package static let checksum = Field<UInt64>("checksum", at: 64)
  }

  /// The block as it is on media: the index size of its geometry, never less than the header.
  package private(set) var bytes: [UInt8]

  /// Reads block 0 or 1 of an area that has `geometry`. `area` must be as long as the geometry says.
  package init(_ number: Int, of area: [UInt8], in geometry: LabelGeometry) {
    let offset = geometry.indexOffset(number)
    bytes = [UInt8](area[offset..<offset + geometry.indexSize])
  }

  /// A block of which `bytes` are at hand: the header at least.
  package init(_ bytes: [UInt8]) {
    precondition(bytes.count >= Self.headerSize, "less than the header of an index block")
    self.bytes = bytes
  }

  /// A block of zeros for `geometry`, to be filled by a writer.
  init(blankFor geometry: LabelGeometry) { bytes = [UInt8](repeating: 0, count: geometry.indexSize) }

  package subscript<Value>(field: Field<Value>) -> Value {
    get { bytes[field] }
    set { bytes[field] = newValue }
  }

  package var hasSignature: Bool { bytes.starts(with: Self.signature) }
  package var flags: UInt32 { bytes[Fields.flagsAndLabelSize] & 0xff_ffff }
  package var sequence: IndexSequence { IndexSequence(stored: bytes[Fields.sequence]) }
  package var major: UInt16 { bytes[Fields.major] }
  package var minor: UInt16 { bytes[Fields.minor] }
  package var version: LabelVersion? { LabelVersion(major: major, minor: minor) }

  /// Bytes of one label as the header says: 128 before version 1.2, whatever the field holds.
  package var labelSize: UInt64? {
    guard UInt32(major) * 100 + UInt32(minor) >= 102 else { return 128 }
    let exponent = bytes[Fields.labelSize]
    return exponent <= 56 ? 128 << UInt64(exponent) : nil
  }

  package var expectedChecksum: UInt64 { Fletcher64.checksum(bytes, zeroing: Fields.checksum) }

  /// Slots that the block names and its bitmap has bits for.
  package var slotCount: Int {
    min(Int(bytes[Fields.slotCount]), (bytes.count - Self.headerSize) * 8)
  }

  /// Marks the sixteen bytes of signature.
  package mutating func sign() { bytes.replaceSubrange(0..<16, with: Self.signature) }
}
