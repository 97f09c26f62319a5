import LabelChange
import PersistentMemory
import TestSupport
import Testing

@Suite("Labels for another slot")
struct SlotMigrationTests {
  /// The recorded areas that Linux accepts and whose labels all belong to virtual DIMMs.
  static let movable = LabelCase.all.filter { recorded in
    !recorded.path.contains("cookie_all") && !recorded.path.contains("nlabel")
  }

  @Test("a guest shows in the new slot what it showed in the old one, and nothing in the old one", arguments: movable)
  func corpus(recorded: LabelCase) throws {
    for dimm in recorded.dimms {
      guard let backend = try? PlannedBackend.recorded(recorded, dimm) else { continue }
      let before = try PlannedBackend.shown(backend, slot: dimm.slot)
      guard before != nil else { continue }
      do { try backend.checkEverySlotCounts() } catch {
        #expect(throws: error) { try backend.moved(toSlot: 1) }
        continue
      }
      for slot in [1, 3, 255] {
        let change = try backend.moved(toSlot: slot)
        let after = try #require(try PlannedBackend.shown(after: change, slot: slot))
        // Additional namespaces may appear, whose labels carried the cookie of another virtual DIMM.
        #expect(Set(before.essences ?? []).isSubset(of: after.map(\.essence)))
        #expect(change.before?.offset == change.after?.offset)
        #expect(change.lengthAfter == change.lengthBefore)
        guard slot != dimm.slot else { continue }
        #expect(try PlannedBackend.shown(after: change, slot: dimm.slot)?.isEmpty ?? true)
      }
    }
  }

  @Test("nothing that counts is overwritten: labels go to free slots, the next index to the other block")
  func order() throws {
    let backend = try PlannedBackend.labelled([(0, 16 << 20), (16 << 20, 16 << 20)])
    let after = try #require(try backend.moved(toSlot: 1).after?.bytes)
    let area = backend.area
    let current = try #require(area.indexes.currentNumber)
    let geometry = area.geometry
    for (offset, pair) in zip(area.bytes, after).enumerated() where pair.0 != pair.1 {
      let isOtherBlock = offset / geometry.indexSize == 1 - current
      let slot = (offset - geometry.labelOffset) / geometry.labelSize
      #expect(isOtherBlock || offset >= geometry.labelOffset && !area.usedSlots.contains(slot))
    }
    let moved = try LabelArea(after)
    #expect(moved.indexes.currentNumber == 1 - current)
    #expect(moved.usedSlots == [2, 3])
  }

  @Test("with no slot free, labels change where they are")
  func exhausted() throws {
    let recorded = try LabelCase("kernel/slots_exhausted")
    let dimm = recorded.dimms[0]
    let backend = try PlannedBackend.recorded(recorded, dimm)
    let change = try backend.moved(toSlot: 1)
    #expect(try PlannedBackend.shown(after: change, slot: 1).essences == PlannedBackend.shown(backend).essences)
    #expect(try LabelArea(#require(change.after).bytes).usedSlots == backend.area.usedSlots)
  }

  @Test("there and back again shows the same; where it is already, nothing is to be done")
  func back() throws {
    let backend = try PlannedBackend.labelled([(0, 16 << 20)], .v1_1)
    #expect(try backend.moved(toSlot: 0).isEmpty)
    let there = try #require(try backend.moved(toSlot: 7).after?.bytes)
    let moved = try LabelledBackend(
      LabelArea(there), geometry: backend.geometry, length: backend.length)
    #expect(try PlannedBackend.shown(after: moved.moved(toSlot: 0)).essences == PlannedBackend.shown(backend).essences)
  }

  @Test("a version 1.2 label with the cookie of version 1.1 gets the right one")
  func alternative() throws {
    let backend = try PlannedBackend.labelled([(0, 16 << 20)]) { label in
      label[NamespaceLabel.Fields.cookie] = InterleaveSetCookie(virtualSlot: 0).v1_1
    }
    let area = try LabelArea(#require(try backend.moved(toSlot: 0).after).bytes)
    #expect(area.validLabels.map(\.cookie) == [InterleaveSetCookie(virtualSlot: 0).v1_2])
  }

  @Test("a label of an interleave set, or of a DIMM that is not virtual, is refused by name")
  func foreign() throws {
    let set = try PlannedBackend.labelled([(0, 16 << 20)]) { $0[NamespaceLabel.Fields.setSize] = 4 }
    let refusal = #expect(throws: MigrationRefusal.self) { try set.moved(toSlot: 1) }
    #expect(
      refusal?.description == """
        namespace 00000101-0101-0101-0101-010101010101 "pmem0" is part of an interleave set of 4 DIMMs, and the others are not here (isetcookie 0xba90120012b4dc)
        """)
    let other = try PlannedBackend.labelled([(0, 16 << 20)]) { $0[NamespaceLabel.Fields.cookie] = 0xabc }
    #expect(
      throws: MigrationRefusal.foreignLabel(NamespaceIdentity(other.area.validLabels[0]), cookie: 0xabc, setSize: 1)
    ) {
      try other.moved(toSlot: 1)
    }
  }

  @Test("labels of two DIMMs that would exclude each other are refused")
  func twins() throws {
    let other = InterleaveSetCookie(virtualSlot: 3).v1_2
    let backend = try PlannedBackend.labelled([(0, 16 << 20), (16 << 20, 16 << 20)]) { label in
      label.uuid = MadeLabels.uuid(0)
      if label.dpa > 0 { label[NamespaceLabel.Fields.cookie] = other }
    }
    #expect(throws: MigrationRefusal.self) { try backend.moved(toSlot: 1) }
  }

  @Test("there are 256 slots", arguments: [-1, 256])
  func range(slot: Int) throws {
    let backend = try PlannedBackend.labelled([])
    #expect(throws: MigrationRefusal.slot(slot)) { try backend.moved(toSlot: slot) }
  }
}
