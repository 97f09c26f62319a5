import Basics

extension LabelAreaLocator {
  /// Bytes before the end in which labels are looked for, and labels that are looked into.
  private static let labelReach: UInt64 = 32 << 20
  private static let labelLimit = 1024

  /// The size of the area that ends where one is expected, and to which most labels there belong: for an area whose
  /// index blocks are both gone. Nil where no label of version 1.2, the one with a checksum, survives.
  package func sizeByLabels<Failure: Error>(
    dataRanges: (_ range: Range<UInt64>) throws(Failure) -> [Range<UInt64>],
    read: (_ offset: UInt64, _ count: Int) throws(Failure) -> [UInt8]
  ) throws(Failure) -> Int? {
    let labelSize = UInt64(LabelVersion.v1_2.labelSize)
    var votes: [Int: Int] = [:]
    var left = Self.labelLimit
    for range in try dataRanges(end - min(Self.labelReach, end)..<end).reversed() {
      // Index blocks and labels alike are multiples of the label size.
      var upper = range.upperBound.alignedDown(to: labelSize)
      while upper > range.lowerBound, left > 0 {
        let lower = (upper - min(1 << 20, upper - range.lowerBound)).alignedDown(to: labelSize)
        let bytes = try read(lower, Int(upper - lower))
        for offset in stride(from: 0, to: bytes.count - Int(labelSize) + 1, by: Int(labelSize)) where left > 0 {
          guard let slot = Self.slot(ofLabelAt: offset, in: bytes) else { continue }
          left -= 1
          for size in sizes(withLabelAt: lower + UInt64(offset), slot: slot) { votes[size, default: 0] += 1 }
        }
        upper = lower
      }
    }
    return votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  /// The slot of the label at `offset`; nil where there is none whose checksum holds.
  private static func slot(ofLabelAt offset: Int, in bytes: [UInt8]) -> Int? {
    let slot: UInt32 = bytes.load(at: offset + NamespaceLabel.Fields.slot.offset)
    let checksum: UInt64 = bytes.load(at: offset + NamespaceLabel.Fields.checksum.offset)
    guard checksum != 0, slot < 1 << 20 else { return nil }
    let label = NamespaceLabel(.v1_2, startingWith: bytes[offset..<offset + LabelVersion.v1_2.labelSize])
    return label.defect(inSlot: Int(slot)) == nil ? Int(slot) : nil
  }

  /// The sizes of areas at the end that have `slot` at `offset`: the area begins two index blocks before slot 0.
  private func sizes(withLabelAt offset: UInt64, slot: Int) -> [Int] {
    let fromSlots = Int(end - offset) + slot * LabelVersion.v1_2.labelSize
    return stride(from: 256, through: LabelGeometry.indexSize(slots: LabelGeometry.largestArea / 256), by: 256)
      .lazy.map { fromSlots + 2 * $0 }.filter { size in
        guard size <= end, UInt64(size) >= BackendGeometry.smallestLabelSize,
          let geometry = LabelGeometry(areaSize: size, labelSize: LabelVersion.v1_2.labelSize)
        else { return false }
        return fromSlots + geometry.labelOffset == size
      }
  }
}
