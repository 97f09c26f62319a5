// Sizes, fields and findings are part of what this module says: who imports it needs no second import.
@_exported public import Basics
import FoundationEssentials

/// A label storage area: two index blocks and the label slots that the current one rules.
///
/// Reading never fails on account of contents: what is wrong with them is for `LabelVerification` to say.
/// A slot is read when it is needed, so memory stays small whatever the index blocks claim: `nslot` is bounded by the
/// area (`LabelGeometry.slotLimit`) and the bitmap.
public struct LabelArea: Sendable {
  /// The bytes of the label area, as on media.
  public let bytes: SparseBytes
  /// The two index blocks.
  public let indexes: IndexPair

  /// Where index blocks and slots lie in the area.
  public var geometry: LabelGeometry { indexes.geometry }

  /// Reads an area as `linux` does.
  ///
  /// Throws `tooSmall` where no index fits into it, and `tooLarge` beyond `LabelGeometry.largestArea`.
  public init(_ bytes: SparseBytes, under linux: LinuxRelease = .newest) throws(LabelAreaError) {
    guard bytes.count <= LabelGeometry.largestArea else { throw .tooLarge(UInt64(bytes.count)) }
    guard let indexes = IndexPair(of: bytes, under: linux) else { throw .tooSmall(bytes.count) }
    self.bytes = bytes
    self.indexes = indexes
  }

  /// Reads an area whose bytes are in memory.
  public init(_ bytes: [UInt8], under linux: LinuxRelease = .newest) throws(LabelAreaError) {
    try self.init(SparseBytes(bytes), under: linux)
  }

  /// The area as `linux` reads its bytes.
  package func read(by linux: LinuxRelease) -> LabelArea {
    // An area of this size was read before.
    (try? LabelArea(bytes, under: linux)) ?? self
  }

  /// Slots that the current index marks used, ascending; none without a current index.
  public var usedSlots: [Int] { indexes.current?.usedSlots ?? [] }

  /// The label in `slot`, used or not; nil beyond the slots that fit into the area.
  public func label(in slot: Int) -> NamespaceLabel? {
    guard (0..<geometry.slotLimit).contains(slot) else { return nil }
    return NamespaceLabel(slot: slot, of: bytes, in: geometry)
  }

  /// The labels that Linux takes into account: in used slots, with the right slot number and checksum.
  public var validLabels: [NamespaceLabel] {
    usedSlots.compactMap { slot in label(in: slot).flatMap { $0.defect(inSlot: slot) == nil ? $0 : nil } }
  }

  /// The labels with a checksum that holds, whether an index lists their slots or not.
  package var survivingLabels: [NamespaceLabel] {
    geometry.labelSize == LabelVersion.v1_2.labelSize ? labels(unmistakableIn: geometry) : []
  }

  /// What is left of the labels of an area without a valid index block, one for each namespace; empty with one.
  ///
  /// The label that another one has replaced survives beside it.
  package var orphanedLabels: [NamespaceLabel] {
    guard indexes.current == nil else { return [] }
    let geometries = LabelGeometry.labelSizes.compactMap { LabelGeometry(areaSize: bytes.count, labelSize: $0) }
    let found = geometries.reversed().lazy.map { labels(unmistakableIn: $0) }.first { !$0.isEmpty } ?? []
    var uuids: Set<UUID> = []
    return found.filter { uuids.insert($0.uuid).inserted }
  }

  private func labels(unmistakableIn geometry: LabelGeometry) -> [NamespaceLabel] {
    var labels: [NamespaceLabel] = []
    var slot = 0
    // The pages of a large area are mostly holes.
    while slot < geometry.slotLimit, let data = bytes.firstNonzero(from: geometry.offset(ofSlot: slot)) {
      slot = (data - geometry.offset(ofSlot: 0)) / geometry.labelSize
      guard slot < geometry.slotLimit else { break }
      if isOccupied(slot, in: geometry) {
        let label = NamespaceLabel(slot: slot, of: bytes, in: geometry)
        if label.isUnmistakable(inSlot: slot) { labels.append(label) }
      }
      slot += 1
    }
    return labels
  }

  private func isOccupied(_ slot: Int, in geometry: LabelGeometry) -> Bool {
    bytes.load(UInt32.self, at: geometry.offset(ofSlot: slot) + NamespaceLabel.Fields.slot.offset) == UInt32(slot)
  }

  /// Throws where an area of `size` bytes cannot be read: before memory is taken for it.
  public static func check(size: UInt64) throws(LabelAreaError) {
    guard let bytes = Int(exactly: size), bytes <= LabelGeometry.largestArea else { throw .tooLarge(size) }
    guard LabelGeometry.labelSizes.contains(where: { LabelGeometry(areaSize: bytes, labelSize: $0) != nil }) else {
      throw .tooSmall(bytes)
    }
  }

  /// The slots whose label says that it belongs there, whatever the index says: what `ndctl read-labels -j` lists.
  public var occupiedSlots: [Int] {
    (0..<geometry.slotLimit).filter { isOccupied($0, in: geometry) }
  }
}

/// Why bytes are not a label area.
public enum LabelAreaError: Error, Hashable {
  /// Bytes given; two index blocks of 256 and two labels of 128 are the least.
  case tooSmall(Int)
  /// Bytes given; `LabelGeometry.largestArea` are the most.
  case tooLarge(UInt64)
  /// More labels than slots, of which one must stay free.
  case tooManyLabels(Int, limit: Int)
  /// Bytes of a label that does not belong in an area of this version.
  case labelSize(Int, LabelVersion)
}

extension LabelAreaError: CustomStringConvertible {
  public var description: String {
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

extension Collection<NamespaceLabel> {
  /// The namespaces of these labels by name, or by uuid where they have no name, with their sizes: the first few.
  package var listing: String {
    firstFew { label in
      let name = label.name.isEmpty ? label.uuid.lowercased : label.name.debugDescription
      return "\(name) (\(ByteCount(label.rawSize)))"
    }
  }
}

extension LabelArea {
  /// The slot of the virtual DIMM that the labels belong to, by the first cookie of a virtual DIMM; nil without such a cookie.
  /// Where no index block says which labels count, they must all agree.
  public var virtualSlot: Int? {
    func slot(_ label: NamespaceLabel) -> Int? { InterleaveSetCookie.virtualSlot(of: label.cookie) }
    guard indexes.current == nil else { return validLabels.lazy.compactMap(slot).first }
    let slots = Set(orphanedLabels.compactMap(slot))
    return slots.count == 1 ? slots.first : nil
  }
}

extension NamespaceLabel {
  /// Whether nothing but a label can have these bytes in `slot`: its checksum holds or, without one, it is that of a
  /// virtual DIMM.
  package func isUnmistakable(inSlot slot: Int) -> Bool {
    guard !isZero, defect(inSlot: slot) == nil else { return false }
    return isLong
      || InterleaveSetCookie.virtualSlot(of: cookie) != nil && self[Fields.setSize] == 1 && self[Fields.position] == 0
        && rawSize > 0 && reservation != nil
  }
}
