import Basics
import FoundationEssentials

/// The rules for the labels of a CXL device, as far as one device can tell: what other devices of an interleave set
/// hold is not here.
///
/// Source: CXL 2.0, 9.13.2.
extension LabelVerification {
  private typealias Region = CXLLabel.RegionFields
  private typealias Namespace = CXLLabel.NamespaceFields

  mutating func verifyCXLLabels() {
    var valid: [(slot: Int, label: CXLLabel)] = []
    for slot in area.usedSlots {
      guard let label = area.cxlLabel(in: slot), verifyValidity(of: label, slot) else { continue }
      valid.append((slot, label))
    }
    let regions = Dictionary(
      valid.filter { $0.label.kind == .region }.map { ($0.label.uuid, $0.label) },
      uniquingKeysWith: { first, _ in first })
    for (slot, label) in valid {
      guard verifyExtent(of: label, slot) else { continue }
      verifyPlace(of: label, slot)
      verifyManners(of: label, slot)
      switch label.kind {
      case .region?: verifyRegion(label, slot)
      case .namespace?: verifyNamespace(label, slot, regions)
      case nil: break
      }
    }
    for kind in CXLLabel.Kind.allCases {
      let labels = valid.filter { $0.label.kind == kind }
      verifyOverlaps(labels)
      verifyIdentities(labels)
    }
  }

  private func place<Value>(
    _ label: CXLLabel, _ region: Field<Value>, _ namespace: Field<Value>, _ slot: Int
  ) -> Place {
    place(label.kind == .region ? region : namespace, inSlot: slot)
  }

  /// True where the label counts.
  private mutating func verifyValidity(of label: CXLLabel, _ slot: Int) -> Bool {
    guard !label.isZero else {
      add(.labelEmpty, place(0, inSlot: slot), "marked used, but all zero: the slot is lost")
      return false
    }
    guard label.kind != nil else {
      add(
        .labelType, place(CXLLabel.Offsets.kind, inSlot: slot), "type is neither that of a region nor of a namespace",
        stored: label.kindUUID.lowercased,
        expected: CXLLabel.Kind.allCases.map(\.uuid.lowercased).joined(separator: " or "))
      return false
    }
    if let stored = label.slot, stored != UInt32(slot) {
      add(
        .labelSlot, place(label, Region.slot, Namespace.slot, slot), "slot is not its own number",
        stored: "\(stored)", expected: "\(slot)")
      return false
    }
    guard label[CXLLabel.checksum] == label.expectedChecksum else {
      add(
        .labelChecksum, place(CXLLabel.checksum, inSlot: slot), "checksum differs",
        stored: label[CXLLabel.checksum].hex, expected: label.expectedChecksum.hex)
      return false
    }
    return true
  }

  private mutating func verifyExtent(of label: CXLLabel, _ slot: Int) -> Bool {
    guard label.extent == nil else { return true }
    let place = place(label, Region.rawSize, Namespace.rawSize, slot)
    if label.rawSize == 0 {
      add(.labelZeroSize, place, "rawsize is 0")
    } else {
      add(.labelWraps, place, "dpa and rawsize reach beyond 64 bits", stored: label.rawSize.hex)
    }
    return false
  }

  private mutating func verifyPlace(of label: CXLLabel, _ slot: Int) {
    guard let position = label.position, let count = label.count else { return }
    let things = label.kind == .region ? "devices in the set" : "ranges"
    guard count > 0 else {
      add(.labelSetSize, place(label, Region.setSize, Namespace.rangeCount, slot), "the number of \(things) is 0")
      return
    }
    guard position >= count else { return }
    add(
      .labelPosition, place(label, Region.position, Namespace.position, slot), "position is beyond the \(things)",
      stored: "\(position)", expected: "below \(count)")
  }

  private mutating func verifyRegion(_ label: CXLLabel, _ slot: Int) {
    let granularity = label[Region.granularity]
    // CXL 2.0, 8.2.5.12.7: 256 bytes to 16 KiB.
    guard granularity > 6 else { return }
    add(
      .labelGranularity, place(Region.granularity, inSlot: slot), "ig is not an interleave granularity",
      stored: "\(granularity)", expected: "0 to 6")
  }

  private mutating func verifyNamespace(_ label: CXLLabel, _ slot: Int, _ regions: [UUID: CXLLabel]) {
    guard let uuid = label.regionUUID, let extent = label.extent else { return }
    guard let region = regions[uuid]?.extent else {
      add(
        .labelRegionMissing, place(CXLLabel.Offsets.region, inSlot: slot),
        "region_uuid is that of no region label of this device", stored: uuid.lowercased)
      return
    }
    if !region.contains(extent.lowerBound) {
      add(
        .labelOutsideRegion, place(Namespace.dpa, inSlot: slot), "dpa lies outside of the region",
        stored: extent.lowerBound.hex, expected: "\(region.lowerBound.hex) to \(region.upperBound.hex)")
    } else if !region.contains(extent.upperBound) {
      add(
        .labelBeyondRegion, place(Namespace.rawSize, inSlot: slot), "the namespace ends beyond the region",
        stored: label.rawSize.hex, expected: "at most \((region.upperBound - extent.lowerBound + 1).hex)")
    }
  }

  private mutating func verifyManners(of label: CXLLabel, _ slot: Int) {
    let flags = label.flags ?? 0
    let flagsPlace = place(label, Region.flags, Namespace.flags, slot)
    let updating = NamespaceLabel.Flags.updating.rawValue
    if flags & updating != 0 {
      add(
        .labelUpdating, flagsPlace, "UPDATING is set: an update was interrupted", stored: UInt64(flags).hex,
        expected: "0x0")
    }
    if flags & ~updating != 0 {
      add(
        .labelFlags, flagsPlace, "undefined flags are set", stored: UInt64(flags & ~updating).hex,
        expected: "0x0")
    }
    if label.uuid == .zero { add(.labelNullUUID, place(CXLLabel.Offsets.uuid, inSlot: slot), "uuid is null") }
    let reserved = label.kind == .region ? Region.reserved : Namespace.reserved
    if let offset = reserved.first(where: { label.bytes[$0] != 0 }) {
      add(.labelReserved, place(offset, inSlot: slot), "reserved bytes are not zero")
    }
    if label.kind == .namespace { verifyDescription(of: label, slot) }
  }

  private mutating func verifyDescription(of label: CXLLabel, _ slot: Int) {
    verifyName(label.nameBytes, place(CXLLabel.Offsets.name, inSlot: slot))
    if let guid = label.abstraction, NamespaceAbstraction(guid: guid) == nil {
      add(
        .labelAbstraction, place(CXLLabel.Offsets.abstraction, inSlot: slot),
        "abstraction_uuid is unknown", stored: guid.lowercased)
    }
    verifySectorSize(UInt64(label[Namespace.sectorSize]), place(Namespace.sectorSize, inSlot: slot))
  }

  /// Two regions, or two namespaces, must not claim the same address.
  private mutating func verifyOverlaps(_ labels: [(slot: Int, label: CXLLabel)]) {
    let sorted = labels.compactMap { entry in
      entry.label.extent.map { (slot: entry.slot, kind: entry.label.kind, extent: $0) }
    }
    .sorted { ($0.extent.lowerBound, $0.slot) < ($1.extent.lowerBound, $1.slot) }
    guard var widest = sorted.first else { return }
    for entry in sorted.dropFirst() {
      if entry.extent.lowerBound <= widest.extent.upperBound {
        let (first, second) = (min(widest.slot, entry.slot), max(widest.slot, entry.slot))
        add(
          .labelOverlap, place(entry.kind == .region ? Region.dpa : Namespace.dpa, inSlot: second),
          "its addresses, or some of them, belong to slot \(first) as well", stored: entry.extent.lowerBound.hex)
      }
      if entry.extent.upperBound > widest.extent.upperBound { widest = entry }
    }
  }

  /// A region has one label on a device; a namespace has one for each of its ranges.
  private mutating func verifyIdentities(_ labels: [(slot: Int, label: CXLLabel)]) {
    var slots: [[UInt8]: Int] = [:]
    for (slot, label) in labels {
      let range = label.kind == .namespace ? label.position ?? 0 : 0
      let identity = label.uuid.bytes + [UInt8(range & 0xff), UInt8(range >> 8)]
      guard let other = slots.updateValue(slot, forKey: identity) else { continue }
      slots[identity] = other
      add(
        .labelDuplicateUUID, place(CXLLabel.Offsets.uuid, inSlot: slot), "uuid is that of slot \(other) as well",
        stored: label.uuid.lowercased)
    }
  }
}
