extension LabelVerification {
  typealias IndexFields = IndexBlock.Fields

  mutating func verifyIndexes() {
    if area.indexes.currentNumber == nil, area.bytes.allSatisfy({ $0 == 0 }) {
      add(.areaBlank, Place(structure: "label area", offset: 0), "all zero: a DIMM without labels")
      return
    }
    for number in 0...1 {
      if let defect = area.indexes.defects[number] { report(defect, in: number) }
    }
    guard let number = area.indexes.currentNumber else { return }
    verifyCurrent(area.indexes.blocks[number], number)
    if area.indexes.defects[1 - number] == nil {
      compare(area.indexes.blocks[number], number, with: area.indexes.blocks[1 - number])
    }
  }

  /// A defect is an error where no block is left; otherwise a torn or interrupted update, from which the DIMM is safe
  /// for as long as nothing happens to the current block.
  private mutating func report(_ defect: IndexBlock.Defect, in number: Int) {
    let severity: Finding.Severity = area.indexes.currentNumber == nil ? .error : .warning
    func add(_ offset: Int, _ fact: String, bound: String = "") {
      let isNumber = defect.check != .signature
      self.add(
        LabelRule(defect.check), place(offset, inIndex: number), fact, severity: severity,
        stored: isNumber ? defect.stored.hex : nil, expected: isNumber ? bound + defect.expected.hex : nil)
    }
    switch defect.check {
    case .signature: add(0, "the signature is not NAMESPACE_INDEX")
    case .labelSize: add(IndexFields.labelSize.offset, "labelsize is not that of the labels")
    case .checksum: add(IndexFields.checksum.offset, "checksum differs")
    case .sequence: add(IndexFields.sequence.offset, "seq is 0 in the two bits that count", bound: "1 to 3, such as ")
    case .ownOffset: add(IndexFields.ownOffset.offset, "myoff is not where the block is")
    case .otherOffset: add(IndexFields.otherOffset.offset, "otheroff is not where the other block is")
    case .labelOffset: add(IndexFields.labelOffset.offset, "labeloff is not where slot 0 is")
    case .size: add(IndexFields.size.offset, "mysize is not between 72 and the index size", bound: "at most ")
    case .slotCount: add(IndexFields.slotCount.offset, "nslot names slots beyond the area", bound: "at most ")
    }
  }

  private mutating func verifyCurrent(_ index: IndexBlock, _ number: Int) {
    let geometry = area.geometry
    if index.flags != 0 {
      add(
        .indexFlags, place(IndexFields.flagsAndLabelSize, inIndex: number), "flags are set that nobody has defined",
        stored: UInt64(index.flags).hex, expected: "0x0")
    }
    if index.version == nil || index.version == .cxl2_1 {
      add(
        .indexVersion, place(IndexFields.major, inIndex: number), "not a version that NVDIMMs use",
        stored: "\(index.major).\(index.minor)", expected: geometry.labelSize == 128 ? "1.1" : "1.2")
    }
    let sequence = index[IndexFields.sequence]
    if sequence > 3 {
      add(
        .indexSequenceBits, place(IndexFields.sequence, inIndex: number), "seq has bits set beyond the two that count",
        stored: UInt64(sequence).hex, expected: UInt64(index.sequence.value).hex)
    }
    let size = index[IndexFields.size]
    if size != UInt64(geometry.indexSize) {
      add(
        .indexSmall, place(IndexFields.size, inIndex: number), "mysize is less than the block occupies",
        stored: size.hex, expected: UInt64(geometry.indexSize).hex)
    }
    verifySlots(of: index, number)
  }

  private mutating func verifySlots(of index: IndexBlock, _ number: Int) {
    let geometry = area.geometry
    if index.slotCount != geometry.slotCount {
      add(
        .indexFewSlots, place(IndexFields.slotCount, inIndex: number), "nslot is not what the area has room for",
        stored: "\(index[IndexFields.slotCount])", expected: "\(geometry.slotCount)")
    }
    let beyond = index.bitsBeyondSlots
    if let first = beyond.first {
      // ndctl init-labels fills the last 64 bits, and the areas it wrote are everywhere.
      let fromNdctl = Array(index.slotCount..<(index.slotCount + 63) / 64 * 64)
      add(
        .indexBitsBeyondSlots, place(IndexBlock.headerSize + first / 8, inIndex: number),
        "bits of slots that do not exist are set, from bit \(first) on"
          + (beyond == fromNdctl ? ", as ndctl does" : ""),
        severity: beyond == fromNdctl ? .note : nil)
    }
    let free = index.freeCount
    if free < 2 {
      add(
        .slotsExhausted, place(IndexBlock.headerSize, inIndex: number),
        free == 0
          ? "no slot is free: namespaces can be deleted, but not changed or added"
          : "one slot is free, which updates need: no namespace can be added",
        stored: "\(free)", expected: "at least 2")
    }
  }

  private mutating func compare(_ index: IndexBlock, _ number: Int, with other: IndexBlock) {
    if index.sequence == other.sequence {
      add(
        .indexSequenceTie, place(IndexFields.sequence, inIndex: 1 - number),
        "both blocks have seq \(index.sequence.value): block 1 counts as the newer one by rule, not by order")
    }
    if (index.major, index.minor) != (other.major, other.minor) {
      add(
        .indexVersionsDiffer, place(IndexFields.major, inIndex: 1 - number), "another version than the current block",
        stored: "\(other.major).\(other.minor)", expected: "\(index.major).\(index.minor)")
    }
  }
}
