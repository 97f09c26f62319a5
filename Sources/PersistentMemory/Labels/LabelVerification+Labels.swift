import Basics
import FoundationEssentials

extension LabelVerification {
  typealias LabelFields = NamespaceLabel.Fields

  mutating func verifyLabels() {
    guard let index = area.indexes.current else { return }
    var valid: [NamespaceLabel] = []
    for slot in area.usedSlots {
      guard let label = area.label(in: slot) else { continue }
      guard verifyValidity(of: label, slot) else { continue }
      valid.append(label)
      // A slot of zeros passes for a label of slot 0; that it has no size says it all.
      guard verifyExtent(of: label, slot), !label.isZero else { continue }
      verifyMembership(of: label, slot, under: index)
      verifyManners(of: label, slot)
    }
    verifyOverlaps(valid)
    verifyUUIDs(valid)
  }

  /// What makes Linux pass over a used slot. True where the label counts.
  private mutating func verifyValidity(of label: NamespaceLabel, _ slot: Int) -> Bool {
    switch label.defect(inSlot: slot) {
    case nil: return true
    case .slot where label.isZero:
      add(.labelEmpty, place(0, inSlot: slot), "marked used, but all zero: the slot is lost")
    case .slot(let stored):
      add(
        .labelSlot, place(LabelFields.slot, inSlot: slot), "slot is not its own number", stored: "\(stored)",
        expected: "\(slot)")
    case .checksum(let stored, let expected):
      add(
        .labelChecksum, place(LabelFields.checksum, inSlot: slot), "checksum differs", stored: stored.hex,
        expected: expected.hex)
    }
    return false
  }

  /// Whether the label describes a piece of the DIMM. False where it describes nothing.
  private mutating func verifyExtent(of label: NamespaceLabel, _ slot: Int) -> Bool {
    guard label.rawSize > 0 else {
      add(.labelZeroSize, place(LabelFields.rawSize, inSlot: slot), "rawsize is 0")
      return false
    }
    let (end, wraps) = label.dpa.addingReportingOverflow(label.rawSize - 1)
    guard !wraps else {
      let isOutside = label.dpa >= dimm.regionSize ?? .max
      add(
        .labelWraps, place(isOutside ? LabelFields.dpa : LabelFields.rawSize, inSlot: slot),
        "dpa and rawsize reach beyond 64 bits", stored: "\(label.dpa.hex) and \(label.rawSize.hex)")
      return false
    }
    guard let regionSize = dimm.regionSize else { return true }
    if label.dpa >= regionSize {
      add(
        .labelOutsideRegion, place(LabelFields.dpa, inSlot: slot), "dpa lies outside of the region",
        stored: label.dpa.hex, expected: "below \(regionSize.hex)")
    } else if end >= regionSize {
      add(
        .labelBeyondRegion, place(LabelFields.rawSize, inSlot: slot), "the namespace ends beyond the region",
        stored: label.rawSize.hex, expected: "at most \((regionSize - label.dpa).hex)")
    }
    return true
  }

  /// Whether the label belongs to this DIMM, which is a set of its own.
  private mutating func verifyMembership(of label: NamespaceLabel, _ slot: Int, under index: IndexBlock) {
    if let cookie = dimm.cookie, label.cookie != cookie.value(under: index) {
      let place = place(LabelFields.cookie, inSlot: slot)
      let expected = cookie.value(under: index).hex
      if label.cookie == cookie.alternative {
        // Under a version that there is not, no cookie is the right one.
        if index.version != nil {
          add(
            .labelAlternativeCookie, place, "isetcookie is that of version 1.1, which Linux accepts",
            stored: label.cookie.hex, expected: expected)
        }
      } else if let other = InterleaveSetCookie.virtualSlot(of: label.cookie) {
        let (dimm, command) = (dimm, command)
        add(
          .labelCookie, place, "isetcookie belongs to a DIMM in slot \(other), or to another label version",
          stored: label.cookie.hex, expected: expected, hint: dimm.remedy(forLabelsOfSlot: other, command))
      } else {
        add(
          .labelCookie, place, "isetcookie belongs to another DIMM or set", stored: label.cookie.hex, expected: expected
        )
      }
    }
    if label[LabelFields.setSize] != 1 {
      add(
        .labelSetSize, place(LabelFields.setSize, inSlot: slot), "nlabel is not the number of DIMMs in the set",
        stored: "\(label[LabelFields.setSize])", expected: "1")
    }
    if label[LabelFields.position] != 0 {
      add(
        .labelPosition, place(LabelFields.position, inSlot: slot), "position is not that of a DIMM in the set",
        stored: "\(label[LabelFields.position])", expected: "0")
    }
    let expectedType = dimm.cookie?.labelType ?? NamespaceType.pmem.guid
    if let type = label.type, type != expectedType {
      let name = NamespaceType(guid: type).map { " (\($0.rawValue))" } ?? ""
      add(
        .labelType, place(NamespaceLabel.Offsets.type, inSlot: slot),
        "type_guid is not that of \(expectedType == .zero ? "a CXL device" : "persistent memory")\(name)",
        stored: type.lowercased, expected: expectedType.lowercased)
    }
  }

  /// Two labels must not claim the same address.
  private mutating func verifyOverlaps(_ labels: [NamespaceLabel]) {
    let ranged = labels.compactMap { label in label.reservation.map { (label: label, range: $0) } }
    let sorted = ranged.sorted { ($0.range.lowerBound, $0.label.slot) < ($1.range.lowerBound, $1.label.slot) }
    guard var widest = sorted.first else { return }
    for entry in sorted.dropFirst() {
      if entry.range.lowerBound <= widest.range.upperBound {
        let (first, second) = (min(widest.label.slot, entry.label.slot), max(widest.label.slot, entry.label.slot))
        add(
          .labelOverlap, place(LabelFields.dpa, inSlot: Int(second)),
          "its addresses, or some of them, belong to slot \(first) as well", stored: entry.range.lowerBound.hex)
      }
      if entry.range.upperBound > widest.range.upperBound { widest = entry }
    }
  }

  /// Two labels of one DIMM must not have the same uuid.
  private mutating func verifyUUIDs(_ labels: [NamespaceLabel]) {
    var slots: [UUID: UInt32] = [:]
    for label in labels {
      if let other = slots[label.uuid] {
        add(
          .labelDuplicateUUID, place(NamespaceLabel.Offsets.uuid, inSlot: Int(label.slot)),
          "uuid is that of slot \(other) as well", stored: label.uuid.lowercased)
      } else {
        slots[label.uuid] = label.slot
      }
    }
  }
}
