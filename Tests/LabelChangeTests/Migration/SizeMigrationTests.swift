import LabelChange
import PersistentMemory
import TestSupport
import Testing

@Suite("Label areas of another size")
struct SizeMigrationTests {
  static let small: UInt64 = 128 << 10
  static let large: UInt64 = 2 << 20

  /// Returns the backend after `change`, which kept A.
  static func backend(after change: LabelAreaChange) throws -> LabelledBackend {
    let after = try #require(change.after)
    let geometry = try BackendGeometry(mappedSize: after.end, labelSize: UInt64(after.bytes.count))
    return try LabelledBackend(LabelArea(after.bytes), geometry: geometry, length: change.lengthAfter)
  }

  @Test(
    "every recorded DIMM in a larger area and back shows the same", arguments: LabelCase.all,
    [LabelledBackend.Fixed.region])
  func corpus(recorded: LabelCase, fixed: LabelledBackend.Fixed) throws {
    for dimm in recorded.dimms {
      guard let backend = try? PlannedBackend.recorded(recorded, dimm) else { continue }
      let larger: LabelAreaChange
      do { larger = try backend.resized(labelSize: Self.large * 2, fixed: fixed) } catch {
        guard case MigrationRefusal.damagedLabel = error else { throw error }
        continue
      }
      let shown = try PlannedBackend.shown(backend, slot: dimm.slot).essences
      #expect(try PlannedBackend.shown(after: larger, slot: dimm.slot).essences == shown)
      #expect(larger.after?.offset == larger.before?.offset)
      #expect(larger.lengthAfter == backend.length + 2 * Self.large - UInt64(dimm.labelSize))
      guard backend.area.usedSlots.count < backend.area.geometry.slotCount else { continue }
      let back = try Self.backend(after: larger).resized(labelSize: UInt64(dimm.labelSize), fixed: fixed)
      #expect(try PlannedBackend.shown(after: back, slot: dimm.slot).essences == shown)
      #expect(back.lengthAfter == backend.length)
    }
  }

  @Test("with S fixed a namespace may reach up to the new region's end, and not a byte further")
  func room() throws {
    let grown = Self.large - Self.small
    let region: UInt64 = 128 << 20
    let fits = try PlannedBackend.labelled([(0, region - grown)], region: region)
    let change = try fits.resized(labelSize: Self.large)
    #expect(change.after?.offset == region - grown)
    #expect(change.after?.end == fits.geometry.mappedSize)
    #expect(change.lengthAfter == fits.length)
    #expect(try PlannedBackend.shown(after: change).essences == PlannedBackend.shown(fits).essences)

    let page = try PlannedBackend.labelled([(0, region - grown + 4096)], region: region)
    let refusal = #expect(throws: MigrationRefusal.self) { try page.resized(labelSize: Self.large) }
    #expect(
      refusal?.description == """
        namespace 00000101-0101-0101-0101-010101010101 "pmem0" ends 4096 bytes (4 KiB) beyond the region that would be \
        left (stored 0x7e21000, expected at most 0x7e20000)
        """)
    #expect(try page.resized(labelSize: Self.large, fixed: .region).lengthAfter == page.length + grown)
  }

  @Test("a smaller area that has too few slots is refused with both numbers")
  func slots() throws {
    let extents = (0..<510).map { (dpa: UInt64($0) << 12, size: UInt64(4096)) }
    let backend = try PlannedBackend.labelled(extents, labelSize: Self.large)
    let refusal = #expect(throws: MigrationRefusal.self) { try backend.resized(labelSize: Self.small) }
    #expect(refusal == .tooFewSlots(labels: 510, slots: 510))
    let one = try PlannedBackend.labelled(Array(extents.dropLast()), labelSize: Self.large)
    #expect(try PlannedBackend.shown(after: one.resized(labelSize: Self.small))?.count == 509)
  }

  @Test("a label that does not count is not left behind in silence")
  func damaged() throws {
    let backend = try PlannedBackend.labelled([(0, 16 << 20), (16 << 20, 16 << 20)])
    var bytes = backend.area.bytes.array
    bytes[backend.area.geometry.offset(ofSlot: 1) + 20] ^= 1
    let damaged = try LabelledBackend(LabelArea(bytes), geometry: backend.geometry, length: backend.length)
    #expect(throws: MigrationRefusal.damagedLabel(slot: 1, .labelChecksum)) {
      try damaged.resized(labelSize: Self.large)
    }
  }

  @Test("what lies behind S is not overwritten, and a device does not grow")
  func limits() throws {
    let tail = try PlannedBackend.labelled([], tail: 512)
    #expect(throws: MigrationRefusal.tail(512)) { try tail.resized(labelSize: Self.large, fixed: .region) }
    #expect(try tail.resized(labelSize: 256 << 10).lengthAfter == tail.length)
    let device = try PlannedBackend.labelled([], isFile: false)
    #expect(throws: MigrationRefusal.self) { try device.resized(labelSize: Self.large, fixed: .region) }
    #expect(throws: MigrationRefusal.geometry(.labelTooSmall(4096))) { try tail.resized(labelSize: 4096) }
    #expect(throws: MigrationRefusal.self) { try tail.resized(labelSize: .max, fixed: .region) }
  }

  @Test("a DIMM whose area is blank is one namespace, which a larger area would cut")
  func blank() throws {
    let geometry = try BackendGeometry(mappedSize: (64 << 20) + Self.small, labelSize: Self.small)
    let area = try LabelArea(LabelArea.blank(size: Int(Self.small)))
    let backend = try LabelledBackend(area, geometry: geometry, length: geometry.mappedSize)
    let refusal = #expect(throws: MigrationRefusal.self) { try backend.resized(labelSize: Self.large) }
    #expect(refusal?.description.hasPrefix("the namespace without a label ends 1966080 bytes") == true)
    #expect(try backend.resized(labelSize: Self.large, fixed: .region).after?.bytes.count == Int(Self.large))
  }

  @Test("what has to be repaired first says so")
  func unrepaired() throws {
    for (name, expected) in [
      ("judged/v12_both_sig", MigrationRefusal.damagedIndexes),
      ("judged/v12_l_dup", .damagedDIMM(ProbeRefusal(slot: 3, rule: .labelOverlap))),
    ] {
      let recorded = try LabelCase(name)
      let refusal = #expect(throws: MigrationRefusal.self) {
        try PlannedBackend.recorded(recorded, recorded.dimms[0])
      }
      let plan = expected == .damagedIndexes ? " --plan" : ""
      let hint = refusal?.hint(for: MigrationCommand(path: "a b"))?.description
      #expect(hint == "vnvdimm-migrate-labels repair 'a b'\(plan)")
      if case .damagedIndexes = expected { #expect(refusal == expected) } else { #expect(refusal != .damagedIndexes) }
    }
  }
}
