import Basics
import LabelChange
import Testing

@Suite("What a change writes")
struct ChangeRangeTests {
  @Test("in its place, a label area changes where its bytes differ")
  func inPlace() throws {
    let backend = try PlannedBackend.labelled([(0, 16 << 20)])
    let change = try backend.moved(toSlot: 1)
    let start = change.after?.offset ?? 0
    // The other index block from its sequence number on, and slot 1 from the uuid to the checksum.
    let ranges = change.ranges
    #expect(ranges.count == 2)
    #expect(ranges.allSatisfy { (start + 256..<start + 1024).contains($0.lowerBound) })
    #expect(ranges[0].upperBound <= start + 512)
    #expect((start + 768..<start + 1024).contains(ranges[1].lowerBound))
    // All differences lie in these ranges.
    let (before, after) = try (#require(change.before).bytes.array, #require(change.after).bytes.array)
    for index in after.indices where before[index] != after[index] {
      #expect(ranges.contains { $0.contains(start + UInt64(index)) })
    }
    #expect(try backend.moved(toSlot: 0).ranges.isEmpty)
  }

  @Test("an area that moves is written as a whole, one that goes is not; superblocks count")
  func moved() throws {
    let backend = try PlannedBackend.labelled([(0, 16 << 20)])
    #expect(try backend.resized(labelSize: 256 << 10).ranges == [(128 << 20) - (128 << 10)..<(128 << 20) + (128 << 10)])
    #expect(try backend.split().ranges.isEmpty)
    let rewrite = LabelAreaChange.Rewrite(offset: 4096, before: [1, 2, 3], after: [1, 9, 3])
    let change = LabelAreaChange(before: nil, after: nil, lengthBefore: 8192, lengthAfter: 8192, rewrites: [rewrite])
    #expect(change.ranges == [4097..<4098])
    #expect(!change.isEmpty)
  }
}
