extension IndexBlock {
  /// The checks of Linux `__nd_label_validate`, in its order; the raw value is the kernel's name for the field.
  public enum Check: String, CaseIterable, Sendable {
    case signature
    case labelSize = "labelsize"
    case checksum
    case sequence
    case ownOffset = "myoff"
    case otherOffset = "otheroff"
    case labelOffset = "labeloff"
    case size = "mysize"
    case slotCount = "nslot"
  }

  /// The first check that a block fails; it makes Linux disregard the block.
  public struct Defect: Hashable, Sendable {
    /// The check that fails.
    public let check: Check
    /// The value in the block; 0 for `signature`.
    public let stored: UInt64
    /// The value asked for: the only one, or for `size` and `slotCount` the largest.
    public let expected: UInt64
  }

  /// The first check of `linux` that the block fails as block `number` of an area with `geometry`; nil if it is valid.
  public func firstDefect(
    as number: Int, in geometry: LabelGeometry, under linux: LinuxRelease = .newest
  ) -> Defect? {
    func differs(_ check: Check, _ stored: UInt64, from expected: Int) -> Defect? {
      stored == UInt64(expected) ? nil : Defect(check: check, stored: stored, expected: UInt64(expected))
    }
    guard hasSignature else { return Defect(check: .signature, stored: 0, expected: 0) }
    guard labelSize(under: linux) == UInt64(geometry.labelSize) else {
      let exponent = geometry.labelSize == 128 ? 0 : 1
      return Defect(check: .labelSize, stored: UInt64(self[Fields.labelSize]), expected: UInt64(exponent))
    }
    let sum = expectedChecksum
    guard self[Fields.checksum] == sum else {
      return Defect(check: .checksum, stored: self[Fields.checksum], expected: sum)
    }
    guard sequence.isValid else {
      return Defect(check: .sequence, stored: UInt64(self[Fields.sequence]), expected: 1)
    }
    return differs(.ownOffset, self[Fields.ownOffset], from: geometry.indexOffset(number))
      ?? differs(.otherOffset, self[Fields.otherOffset], from: geometry.indexOffset(1 - number))
      ?? differs(.labelOffset, self[Fields.labelOffset], from: geometry.labelOffset)
      ?? sizeDefect(geometry) ?? slotCountDefect(geometry)
  }

  private func sizeDefect(_ geometry: LabelGeometry) -> Defect? {
    let stored = self[Fields.size]
    guard !(UInt64(Self.headerSize)...UInt64(geometry.indexSize)).contains(stored) else { return nil }
    return Defect(check: .size, stored: stored, expected: UInt64(geometry.indexSize))
  }

  private func slotCountDefect(_ geometry: LabelGeometry) -> Defect? {
    let stored = UInt64(self[Fields.slotCount])
    guard stored > UInt64(geometry.slotLimit) else { return nil }
    return Defect(check: .slotCount, stored: stored, expected: UInt64(geometry.slotLimit))
  }
}
