/// Where the index blocks and label slots of an area lie: a matter of the area's size and the label size alone.
///
/// Source: Linux drivers/nvdimm/label.c, `nvdimm_num_label_slots` and `sizeof_namespace_index`; ndctl uses the same.
public struct LabelGeometry: Hashable, Sendable {
  /// Bytes of the whole area.
  public let areaSize: Int
  /// Bytes of one label: 128 or 256.
  public let labelSize: Int
  /// Bytes of one index block.
  public let indexSize: Int
  /// Slots that a writer with these formulas lays out. An index block may name fewer.
  public let slotCount: Int

  /// The label sizes, in the order in which Linux tries them.
  public static let labelSizes = [128, 256]

  /// The largest area that this suite reads into memory: our own bound, sixteen times the largest in use.
  public static let largestArea = 256 << 20

  /// The geometry of an area of `areaSize` bytes with labels of `labelSize` bytes; nil where it cannot
  /// hold two index blocks and two labels.
  public init?(areaSize: Int, labelSize: Int) {
    guard (0...Self.largestArea).contains(areaSize) else { return nil }
    // Two steps: the room for index blocks is that of more slots than remain beside them, so that in some
    // sizes the index block is smaller than its room and bytes at the end of the area stay unused.
    let room = 2 * Self.indexSize(slots: areaSize / labelSize)
    let slots = (areaSize - room) / labelSize
    guard slots >= 2 else { return nil }
    self.areaSize = areaSize
    self.labelSize = labelSize
    slotCount = slots
    indexSize = Self.indexSize(slots: slots)
  }

  package static func indexSize(slots: Int) -> Int {
    let bytes = IndexBlock.headerSize + (slots + 7) / 8
    return (bytes + 255) / 256 * 256
  }

  /// The most slots that an index block can name without reaching beyond the area.
  public var slotLimit: Int { (areaSize - 2 * indexSize) / labelSize }

  /// Offset of index block 0 or 1 in the area.
  public func indexOffset(_ number: Int) -> Int { number * indexSize }

  /// Offset of slot 0 in the area.
  public var labelOffset: Int { 2 * indexSize }

  /// Offset of `slot` in the area.
  public func offset(ofSlot slot: Int) -> Int { labelOffset + slot * labelSize }
}

/// A version of the label format, as a writer chooses it.
///
/// Source: UEFI 2.10, 13.19 (1.2); NVDIMM Namespace Specification (1.1); CXL 2.0, 9.13.2 (2.1).
public enum LabelVersion: String, CaseIterable, Sendable {
  /// Labels of 128 bytes without a checksum.
  case v1_1 = "1.1"
  /// Labels of 256 bytes with GUIDs and a checksum.
  case v1_2 = "1.2"
  /// Labels of CXL devices, of 256 bytes.
  case cxl2_1 = "2.1"

  /// The number before the point.
  public var major: UInt16 { self == .cxl2_1 ? 2 : 1 }
  /// The minor version number, after the point.
  public var minor: UInt16 { self == .v1_2 ? 2 : 1 }

  /// Bytes of one label.
  public var labelSize: Int { self == .v1_1 ? 128 : 256 }

  /// The version with these numbers; nil for a number that no specification defines.
  public init?(major: UInt16, minor: UInt16) {
    guard let version = Self.allCases.first(where: { $0.major == major && $0.minor == minor }) else { return nil }
    self = version
  }
}

/// How large the label area of a backend is, or is to be.
public enum LabelSize: Hashable, Sendable {
  /// For a new backend, the smallest label area with which both ends of the region suit QEMU, libvirt and the guest; for an
  /// existing backend, the label area that is found.
  case automatic
  /// No label area: the guest gets one namespace that it cannot divide.
  case none
  /// So many bytes.
  case exactly(UInt64)

  /// The largest area that `automatic` chooses, in bytes: a guest's kernel keeps a copy of the whole area.
  public static let largestAutomatic: UInt64 = 32 << 20
}
