import FoundationEssentials
import PersistentMemory
import TestSupport
import Testing

@Suite("Label areas that Linux wrote or judged")
struct LabelCorpusTests {
  @Test("free slots are those of sysfs", arguments: LabelCase.all)
  func availableSlots(recorded: LabelCase) throws {
    for dimm in recorded.dimms {
      guard let expected = dimm.availableSlots else { continue }
      let area = try LabelArea(recorded.area(of: dimm))
      // Linux keeps one slot in reserve; without an index block it counts slots for 256-byte labels.
      let free = area.indexes.current?.freeCount ?? (dimm.labelSize - 512) / 256
      #expect(max(free - 1, 0) == expected)
    }
  }

  @Test("taking an area apart and putting it together again changes no byte", arguments: LabelCase.all)
  func roundTrip(recorded: LabelCase) throws {
    for dimm in recorded.dimms {
      let bytes = try recorded.area(of: dimm)
      let area = try LabelArea(bytes)
      guard let number = area.indexes.currentNumber, let index = area.indexes.current else { continue }
      var again = index
      // The kernel ignores the upper bits of a sequence number, and writes them as zero.
      guard index[IndexBlock.Fields.sequence] < 4 else { continue }
      again.seal(as: number, sequence: index.sequence, in: area.geometry)
      #expect(again == index)
      for slot in area.usedSlots {
        let label = try #require(area.label(in: slot))
        guard label.defect(inSlot: slot) == nil else { continue }
        var sealed = label
        sealed.seal(slot: slot)
        #expect(sealed == label)
      }
    }
  }
}
