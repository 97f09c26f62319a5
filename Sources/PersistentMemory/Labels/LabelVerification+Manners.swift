import Basics
import FoundationEssentials

extension LabelVerification {
  /// What Linux accepts in a label although it is odd, or a trap for other readers.
  mutating func verifyManners(of label: NamespaceLabel, _ slot: Int) {
    verifyFlags(of: label, slot)
    verifyName(label.nameBytes, place(NamespaceLabel.Offsets.name, inSlot: slot))
    if label.uuid == .zero {
      add(.labelNullUUID, place(NamespaceLabel.Offsets.uuid, inSlot: slot), "uuid is null")
    }
    verifySectorSize(label[LabelFields.sectorSize], place(LabelFields.sectorSize, inSlot: slot))
    if (label.dpa | label.rawSize) % 4096 != 0 {
      add(
        .labelMisaligned,
        place(label.dpa.isMultiple(of: 4096) ? LabelFields.rawSize : LabelFields.dpa, inSlot: slot),
        "dpa or rawsize is not a multiple of 4096: Linux 4.x ignores the label",
        stored: "\(label.dpa.hex) and \(label.rawSize.hex)")
    }
    if label.isLong { verifyExtension(of: label, slot) }
    let reserved = label.isLong ? [125..<128, NamespaceLabel.Offsets.reserved] : [124..<128]
    if let offset = reserved.joined().first(where: { label.bytes[$0] != 0 }) {
      add(.labelReserved, place(offset, inSlot: slot), "reserved bytes are not zero")
    }
  }

  /// The sector sizes of raw namespaces and BTT (Linux `btt_lbasize_supported`), and 0 for "as you like".
  package static let sectorSizes: Set<UInt64> = [0, 512, 520, 528, 4096, 4104, 4160, 4224]

  mutating func verifySectorSize(_ size: UInt64, _ place: Place) {
    guard !Self.sectorSizes.contains(size) else { return }
    add(.labelSectorSize, place, "lbasize is not a sector size", stored: "\(size)", expected: "512 or 4096")
  }

  private mutating func verifyFlags(of label: NamespaceLabel, _ slot: Int) {
    let place = place(LabelFields.flags, inSlot: slot)
    if label.flags.contains(.updating) {
      add(
        .labelUpdating, place,
        "UPDATING is set: an update was interrupted, or Linux 4.x wrote the label; EDK2 may ignore it",
        stored: UInt64(label.flags.rawValue).hex, expected: "0x0")
    }
    let others = label.flags.subtracting(.updating)
    if !linux.showsLocalLabels, label.flags.contains(.local) {
      add(
        .labelFlags, place,
        "LOCAL is set: Linux before 5.18 takes the label for one of a block window, and shows no namespace",
        severity: .error, stored: UInt64(others.rawValue).hex, expected: "0x0")
    } else if !others.isEmpty {
      add(
        .labelFlags, place, "flags are set that have no meaning for persistent memory",
        stored: UInt64(others.rawValue).hex, expected: "0x0")
    }
  }

  mutating func verifyName(_ name: [UInt8], _ place: Place) {
    if name.count == NamespaceLabel.nameSize {
      add(.labelNameUnterminated, place, "name has no NUL at its end: Linux prints what follows it in memory")
    }
    if String(validating: name, as: UTF8.self) == nil {
      add(
        .labelNameEncoding, place, "name is not UTF-8", stored: String(decoding: name, as: UTF8.self).debugDescription)
    }
  }

  private mutating func verifyExtension(of label: NamespaceLabel, _ slot: Int) {
    if let guid = label.abstraction, NamespaceAbstraction(guid: guid) == nil {
      add(
        .labelAbstraction, place(NamespaceLabel.Offsets.abstraction, inSlot: slot),
        "abstraction_guid is unknown: the namespace comes up raw", stored: guid.lowercased)
    }
    if label[LabelFields.alignment] != 0 {
      add(
        .labelAlignment, place(LabelFields.alignment, inSlot: slot),
        "align is set, which Linux writes as 0 and ignores",
        stored: "\(label[LabelFields.alignment])")
    }
  }
}
