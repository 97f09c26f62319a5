import FoundationEssentials

extension LabelVerification {
  /// What Linux 6.1 accepts in a label although it is odd, or a trap for other readers.
  mutating func verifyManners(of label: NamespaceLabel, _ slot: Int) {
    verifyFlags(of: label, slot)
    verifyName(of: label, slot)
    if label.uuid == .zero {
      add(.labelNullUUID, place(NamespaceLabel.Offsets.uuid, inSlot: slot), "uuid is null")
    }
    let sectorSize = label[LabelFields.sectorSize]
    if !Self.sectorSizes.contains(sectorSize) {
      add(
        .labelSectorSize, place(LabelFields.sectorSize, inSlot: slot), "lbasize is not a sector size",
        stored: "\(sectorSize)", expected: "512 or 4096")
    }
    if (label.dpa | label.rawSize) % 4096 != 0 {
      add(
        .labelMisaligned, place(LabelFields.dpa, inSlot: slot),
        "dpa or rawsize is not a multiple of 4096: Linux 4.x passes over the label",
        stored: "\(label.dpa.hex) and \(label.rawSize.hex)")
    }
    if label.isLong { verifyExtension(of: label, slot) }
  }

  /// Those of raw namespaces and BTT (Linux `btt_lbasize_supported`), and 0 for "as you like".
  private static let sectorSizes: Set<UInt64> = [0, 512, 520, 528, 4096, 4104, 4160, 4224]

  private mutating func verifyFlags(of label: NamespaceLabel, _ slot: Int) {
    let place = place(LabelFields.flags, inSlot: slot)
    if label.flags.contains(.updating) {
      add(
        .labelUpdating, place,
        "UPDATING is set: an update was interrupted, or Linux 4.x wrote the label; EDK2 may pass over it",
        stored: UInt64(label.flags.rawValue).hex, expected: "0x0")
    }
    let others = label.flags.subtracting(.updating)
    if !others.isEmpty {
      add(
        .labelFlags, place, "flags are set that have no meaning for persistent memory",
        stored: UInt64(others.rawValue).hex, expected: "0x0")
    }
  }

  private mutating func verifyName(of label: NamespaceLabel, _ slot: Int) {
    let name = label.nameBytes
    let place = place(NamespaceLabel.Offsets.name, inSlot: slot)
    if name.count == NamespaceLabel.nameSize {
      add(.labelNameUnterminated, place, "name has no NUL at its end: Linux prints what lies behind it in memory")
    }
    if String(validating: name, as: UTF8.self) == nil {
      add(.labelNameEncoding, place, "name is not UTF-8", stored: label.name.debugDescription)
    }
  }

  private mutating func verifyExtension(of label: NamespaceLabel, _ slot: Int) {
    if let guid = label.abstraction, NamespaceAbstraction(guid: guid) == nil {
      add(
        .labelAbstraction, place(NamespaceLabel.Offsets.abstraction, inSlot: slot),
        "abstraction_guid is one that nobody knows: the namespace comes up raw", stored: guid.lowercased)
    }
    if label[LabelFields.alignment] != 0 {
      add(
        .labelAlignment, place(LabelFields.alignment, inSlot: slot),
        "align is set, which Linux writes as 0 and ignores",
        stored: "\(label[LabelFields.alignment])")
    }
    let reserved = [125..<128, NamespaceLabel.Offsets.reserved].joined()
    if let offset = reserved.first(where: { label.bytes[$0] != 0 }) {
      add(.labelReserved, place(offset, inSlot: slot), "reserved bytes are not zero")
    }
  }
}
