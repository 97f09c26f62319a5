import Basics

/// A label storage area: two index blocks and the label slots that the current one rules.
///
/// Reading never fails on account of contents: what is wrong with them is for `LabelVerification` to say.
/// Nothing is copied for a slot until it is asked for, so memory stays within a small multiple of the area
/// whatever the index blocks claim: `nslot` is bounded by the area (`LabelGeometry.slotLimit`) and the bitmap.
package struct LabelArea: Sendable {
  /// The area as it is on media.
  package let bytes: [UInt8]
  package let indexes: IndexPair

  package var geometry: LabelGeometry { indexes.geometry }

  /// Reads an area. Throws where the size is one that no index fits into, or beyond what this suite reads.
  package init(_ bytes: [UInt8]) throws(LabelAreaError) {
    guard bytes.count <= LabelGeometry.largestArea else { throw .tooLarge(UInt64(bytes.count)) }
    guard let indexes = IndexPair(of: bytes) else { throw .tooSmall(bytes.count) }
    self.bytes = bytes
    self.indexes = indexes
  }

  /// Slots that the current index marks used, ascending; none without a current index.
  package var usedSlots: [Int] { indexes.current?.usedSlots ?? [] }

  /// The label in `slot`, used or not; nil beyond the slots that fit into the area.
  package func label(in slot: Int) -> NamespaceLabel? {
    guard (0..<geometry.slotLimit).contains(slot) else { return nil }
    return NamespaceLabel(slot: slot, of: bytes, in: geometry)
  }

  /// The labels that Linux takes into account: in used slots, with the right slot number and checksum.
  package var validLabels: [NamespaceLabel] {
    usedSlots.compactMap { slot in label(in: slot).flatMap { $0.defect(inSlot: slot) == nil ? $0 : nil } }
  }

  /// Throws where an area of `size` bytes cannot be read: before memory is taken for it.
  package static func check(size: UInt64) throws(LabelAreaError) {
    guard let bytes = Int(exactly: size), bytes <= LabelGeometry.largestArea else { throw .tooLarge(size) }
    guard LabelGeometry.labelSizes.contains(where: { LabelGeometry(areaSize: bytes, labelSize: $0) != nil }) else {
      throw .tooSmall(bytes)
    }
  }

  /// The slots whose label says that it belongs there, whatever the index says: what `ndctl read-labels -j` lists.
  package var occupiedSlots: [Int] {
    let field = NamespaceLabel.Fields.slot
    return (0..<geometry.slotLimit).filter { slot in
      bytes.load(UInt32.self, at: geometry.offset(ofSlot: slot) + field.offset) == UInt32(slot)
    }
  }
}

/// Why bytes are not a label area.
package enum LabelAreaError: Error, Hashable {
  /// Bytes given; two index blocks of 256 and two labels of 128 are the least.
  case tooSmall(Int)
  /// Bytes given; `LabelGeometry.largestArea` are the most.
  case tooLarge(UInt64)
  /// More labels than slots, of which one must stay free.
  case tooManyLabels(Int, limit: Int)
  /// Bytes of a label that does not belong into an area of this version.
  case labelSize(Int, LabelVersion)
}

extension LabelAreaError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tooSmall(let size):
      "\(ByteCount(UInt64(clamping: size))) cannot hold a label area (expected at least 768)"
    case .tooLarge(let size):
      "a label area of \(ByteCount(size)) is more than this program reads "
        + "(expected at most \(ByteCount(UInt64(LabelGeometry.largestArea))))"
    case .tooManyLabels(let count, let limit):
      "too many labels for the area (stored \(count), expected at most \(limit))"
    case .labelSize(let size, let version): "a label of \(size) bytes is not one of version \(version.rawValue)"
    }
  }
}
