import Basics
package import FoundationEssentials
import PersistentMemory

extension LabelledBackend {
  /// Finds room for `specifications` in the parts of the region that no label claims, for a DIMM in `slot`, or in the
  /// slot of the labels. Each goes to the first gap that has room for its size; the last may take the largest gap that
  /// is left.
  package func placed(
    _ specifications: [NamespaceSpecification], slot: Int? = nil, uuids: () -> UUID = { UUID() }
  ) throws(ProvisioningError) -> (namespaces: [PlannedNamespace], target: ProvisioningTarget) {
    let target = ProvisioningTarget(
      geometry: geometry, version: area.geometry.labelSize == 128 ? .v1_1 : .v1_2,
      slot: slot ?? area.virtualSlot ?? 0)
    guard (0..<InterleaveSetCookie.virtualSlots).contains(target.slot) else { throw .slot(target.slot) }
    var claimed = labels.compactMap(\.reservation).map { $0.lowerBound..<min($0.upperBound, .max - 1) + 1 }
    var namespaces: [PlannedNamespace] = []
    for (number, specification) in specifications.enumerated() {
      let unit = target.unit(of: specification)
      let gaps = Self.gaps(between: claimed, in: target.capacity, unit: unit)
      let largest = gaps.map { $0.upperBound - $0.lowerBound }.max() ?? 0
      guard specification.size != nil || number == specifications.count - 1 else {
        throw .sizeNeeded(number, specification.mode)
      }
      let size = specification.size ?? largest
      guard size.isMultiple(of: unit) else {
        throw .sizeMisaligned(number, specification.mode, size: size, unit: unit)
      }
      guard size > 0, let gap = gaps.first(where: { $0.upperBound - $0.lowerBound >= size }) else {
        throw .regionFull(number, specification.mode, size: specification.size, left: largest, of: target.capacity)
      }
      let layout = try ProvisioningPlan.layout(of: specification, number, at: gap.lowerBound, size: size, for: target)
      let label = specification.uuid ?? uuids()
      let uuid = specification.mode == .raw ? label : specification.uuid ?? uuids()
      namespaces.append(
        PlannedNamespace(
          specification: specification, number: number, dpa: gap.lowerBound, rawSize: size, labelUUID: label,
          uuid: uuid,
          layout: layout))
      claimed.append(gap.lowerBound..<gap.lowerBound + size)
    }
    let all = labels.map(\.uuid) + namespaces.map(\.labelUUID)
    if let twice = namespaces.map(\.labelUUID).first(where: { uuid in all.count { $0 == uuid } > 1 }) {
      throw .sameUUID(twice)
    }
    return (namespaces, target)
  }

  /// Returns the parts of the first `capacity` bytes that are not `claimed`, in multiples of `unit`, ascending.
  private static func gaps(
    between claimed: [Range<UInt64>], in capacity: UInt64, unit: UInt64
  ) -> [Range<UInt64>] {
    var gaps: [Range<UInt64>] = []
    var start: UInt64 = 0
    for range in claimed.sorted(by: { $0.lowerBound < $1.lowerBound }) + [capacity..<capacity] {
      let end = min(range.lowerBound, capacity).alignedDown(to: unit)
      if let first = start.alignedUp(to: unit), first < end { gaps.append(first..<end) }
      start = max(start, range.upperBound)
    }
    return gaps
  }

  /// Returns the change that adds the labels of `namespaces`, and their info blocks in space that must hold zeros.
  package func adding(
    _ namespaces: [PlannedNamespace], for target: ProvisioningTarget
  ) throws(MigrationRefusal) -> LabelAreaChange {
    guard let index = area.indexes.current else { throw .blankArea }
    let used = index.slotCount - index.freeCount
    // Linux needs a free slot for its next update.
    guard index.freeCount > namespaces.count else {
      throw .tooFewSlots(labels: used + namespaces.count, slots: index.slotCount)
    }
    let bytes = area.updated(adding: namespaces.map { $0.label(for: target) })
    try checkShown(bytes, in: geometry)
    let blocks = namespaces.flatMap(\.infoBlocks)
    return LabelAreaChange(
      before: placement, after: LabelAreaPlacement(offset: placement.offset, bytes: bytes), lengthBefore: length,
      lengthAfter: length,
      rewrites: blocks.map { block in
        LabelAreaChange.Rewrite(
          offset: block.offset, before: SparseBytes(zeros: block.bytes.count), after: SparseBytes(block.bytes))
      })
  }
}
