import Basics

extension LabelVerification {
  typealias IndexFields = IndexBlock.Fields

  mutating func verifyIndexes() {
    if area.indexes.currentNumber == nil, area.bytes.isZero {
      add(.areaBlank, Place(structure: "label area", offset: 0), "all zero: a DIMM without labels")
      return
    }
    let (linux, size) = (linux, ByteCount(UInt64(area.bytes.count)).precise)
    if !linux.showsLocalLabels, area.bytes.count >= 256 << 10 {
      add(
        .areaLarge, Place(structure: "label area", offset: 0),
        "the ndctl of the time of Linux \(linux) shows no labels of an area of this size", stored: size,
        expected: "less than \(ByteCount(256 << 10))")
    }
    let survivors = area.orphanedLabels
    if !survivors.isEmpty {
      add(
        .indexLost, Place(structure: "label area", offset: 0),
        "neither index block is valid, and the guest sees none of the namespaces whose labels survive: "
          + survivors.listing)
    }
    for number in 0...1 {
      if let defect = area.indexes.defects[number] { report(defect, in: number) }
    }
    guard let number = area.indexes.currentNumber else { return }
    verifyHeader(of: area.indexes.blocks[number], number)
    verifySlots(of: area.indexes.blocks[number], number)
    verifyFreeSlots(of: area.indexes.blocks[number], number)
    if area.indexes.defects[1 - number] == nil {
      verifyHeader(of: area.indexes.blocks[1 - number], 1 - number)
      verifySlots(of: area.indexes.blocks[1 - number], 1 - number)
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

  /// What Linux passes over in the header of a valid block.
  private mutating func verifyHeader(of index: IndexBlock, _ number: Int) {
    let geometry = area.geometry
    if index.flags != 0 {
      add(
        .indexFlags, place(IndexFields.flagsAndLabelSize, inIndex: number), "undefined flags are set",
        stored: UInt64(index.flags).hex, expected: "0x0")
    }
    let labelSize = index[IndexFields.labelSize]
    if index.version == .v1_1, labelSize != 0 {
      add(
        .indexLabelSize, place(IndexFields.labelSize, inIndex: number),
        "labelsize is set, which readers of version 1.1 ignore", severity: .note, stored: UInt64(labelSize).hex,
        expected: "0x0")
    }
    if isOddVersion(index), !isToldOfCurrent(index, number) {
      let (devices, version): (String, LabelVersion) =
        switch layout {
        case .cxl: ("CXL devices", .cxl2_1)
        case .nvdimm: ("NVDIMMs", geometry.labelSize == 128 ? .v1_1 : .v1_2)
        }
      let place =
        index.major == version.major
        ? place(IndexFields.minor, inIndex: number) : place(IndexFields.major, inIndex: number)
      add(
        .indexVersion, place, "not a version that \(devices) use", stored: "\(index.major).\(index.minor)",
        expected: version.rawValue)
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
  }

  private func isOddVersion(_ index: IndexBlock) -> Bool {
    index.version == nil || (index.version == .cxl2_1) != (layout == .cxl)
  }

  /// Whether the version of a block that is not current is that of the current one: to be told once.
  private func isToldOfCurrent(_ index: IndexBlock, _ number: Int) -> Bool {
    guard let current = area.indexes.current, number != area.indexes.currentNumber else { return false }
    return (index.major, index.minor) == (current.major, current.minor)
  }

  private mutating func verifySlots(of index: IndexBlock, _ number: Int) {
    let geometry = area.geometry
    if index.slotCount != geometry.slotCount {
      add(
        .indexFewSlots, place(IndexFields.slotCount, inIndex: number), "nslot is not what the area has room for",
        stored: "\(index[IndexFields.slotCount])", expected: "\(geometry.slotCount)")
    }
    let beyond = index.bitsBeyondSlots
    // ndctl init-labels fills the last 64 bits, and the areas it wrote are everywhere: once is enough to say so.
    let fromNdctl = Array(index.slotCount..<(index.slotCount + 63) / 64 * 64)
    if let first = beyond.first, beyond != fromNdctl || number == area.indexes.currentNumber {
      add(
        .indexBitsBeyondSlots, place(IndexBlock.headerSize + first / 8, inIndex: number),
        "bits of slots that do not exist are set, from bit \(first) on"
          + (beyond == fromNdctl ? ", as ndctl does" : ""),
        severity: beyond == fromNdctl ? .note : nil)
    }
  }

  private mutating func verifyFreeSlots(of index: IndexBlock, _ number: Int) {
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
    // A number that no version has is told already.
    if let version = index.version, let theirs = other.version, version != theirs {
      let field = index.major == other.major ? IndexFields.minor : IndexFields.major
      add(
        .indexVersionsDiffer, place(field, inIndex: 1 - number), "another version than the current block",
        stored: "\(other.major).\(other.minor)", expected: "\(index.major).\(index.minor)")
    }
  }
}
