import Basics
import PersistentMemory
import TestSupport
import Testing

@Suite("Label index blocks")
struct LabelIndexTests {
  /// The nine combinations as Linux 6.1 resolved them (the cases v12_seq_* and similar ones).
  @Test(
    "which of two valid blocks is current",
    arguments: [
      (1, 1, 1), (1, 2, 1), (1, 3, 0), (2, 1, 0), (2, 2, 1), (2, 3, 1), (3, 1, 1), (3, 2, 0), (3, 3, 1),
    ])
  func current(block0: UInt32, block1: UInt32, current: Int) {
    #expect(IndexSequence.current(IndexSequence(stored: block0), IndexSequence(stored: block1)) == current)
    // Only the low two bits count.
    #expect(
      IndexSequence.current(IndexSequence(stored: block0 | 0x104), IndexSequence(stored: block1 | 0xfff0)) == current)
  }

  @Test("sequence numbers go 1, 2, 3, 1")
  func next() {
    #expect([1, 2, 3].map { IndexSequence(stored: $0).next.value } == [2, 3, 1])
  }

  static let size = 128 << 10

  /// Writes `value` into a field of block `number`, with a valid checksum if `sealed`.
  static func area<Value>(
    _ field: Field<Value>, _ value: Value, in number: Int = 0, sealed: Bool = true
  ) throws -> [UInt8] {
    var area = try LabelArea.initialised(.v1_2, size: size).array
    let geometry = try #require(LabelGeometry(areaSize: size, labelSize: 256))
    var block = IndexBlock(number, of: area, in: geometry)
    block[field] = value
    if sealed { block[IndexBlock.Fields.checksum] = block.expectedChecksum }
    area.replaceSubrange(number * 256..<number * 256 + 256, with: block.bytes)
    return area
  }

  typealias Fields = IndexBlock.Fields

  @Test("each check of the kernel rejects its field, in the kernel's order")
  func checks() throws {
    let cases: [(IndexBlock.Check, [UInt8])] = [
      (.signature, try Self.area(Field<UInt8>("sig", at: 15), 1)),
      (.labelSize, try Self.area(Fields.labelSize, 2)),
      (.checksum, try Self.area(Fields.sequence, 0, sealed: false)),
      (.sequence, try Self.area(Fields.sequence, 0x104)),
      (.ownOffset, try Self.area(Fields.ownOffset, 256)),
      (.otherOffset, try Self.area(Fields.otherOffset, 0)),
      (.labelOffset, try Self.area(Fields.labelOffset, 4096)),
      (.size, try Self.area(Fields.size, 71)),
      (.size, try Self.area(Fields.size, 257)),
      (.slotCount, try Self.area(Fields.slotCount, 511)),
      (.slotCount, try Self.area(Fields.slotCount, 1 << 31)),
      (.slotCount, try Self.area(Fields.slotCount, 1 << 24)),
    ]
    for (check, bytes) in cases {
      let area = try LabelArea(bytes)
      #expect(area.indexes.defects[0]?.check == check)
      #expect(area.indexes.currentNumber == 1, "the other block takes over")
    }
  }

  @Test("what the kernel does not check passes")
  func unchecked() throws {
    let areas = [
      try Self.area(Fields.flagsAndLabelSize, 0x01_00ff_ff), try Self.area(Fields.size, 72),
      try Self.area(Fields.slotCount, 8), try Self.area(Fields.minor, 7), try Self.area(Fields.sequence, 0x107),
    ]
    for area in areas { #expect(try LabelArea(area).indexes.defects[0] == nil) }
  }

  @Test("a valid block for 128-byte labels beats a valid one for 256-byte labels")
  func smallLabelsFirst() throws {
    let old = try LabelArea.initialised(.v1_1, size: Self.size).array
    let new = try LabelArea.initialised(.v1_2, size: Self.size).array
    let area = try LabelArea([UInt8](new[..<256] + old[256...]))
    #expect(area.geometry.labelSize == 128)
    #expect(area.indexes.currentNumber == 1)
  }

  @Test(
    "initialising ends as ndctl init-labels does, bit for bit", arguments: ["init_v11", "init_v12", "init_default"])
  func initialised(name: String) throws {
    let recorded = try LabelCase("kernel/\(name)")
    let version: LabelVersion = name == "init_v12" ? .v1_2 : .v1_1
    let bytes = try recorded.area(of: recorded.dimms[0])
    #expect(try LabelArea.initialised(version, size: bytes.count, as: .ndctl) == bytes)
  }

  @Test("the kernel leaves the same but for the bits beyond the last slot, which it clears")
  func initialisedByKernel() throws {
    let area = try LabelArea(LabelArea.initialised(.v1_2, size: Self.size))
    #expect(area.indexes.currentNumber == 0)
    #expect(area.indexes.blocks.map(\.sequence.value) == [3, 2])
    #expect(area.indexes.current?.freeCount == 510)
    #expect(area.indexes.current?.bitsBeyondSlots == [])
    let ndctl = try LabelArea(LabelArea.initialised(.v1_2, size: Self.size, as: .ndctl))
    #expect(ndctl.indexes.current?.bitsBeyondSlots == [510, 511])
  }

  @Test("areas too small or too large for us are refused, not read")
  func limits() {
    #expect(throws: LabelAreaError.tooSmall(767)) { try LabelArea([UInt8](repeating: 0, count: 767)) }
    #expect(throws: LabelAreaError.tooLarge(256 << 20 + 1)) {
      try LabelArea.initialised(.v1_2, size: 256 << 20 + 1)
    }
  }
}
