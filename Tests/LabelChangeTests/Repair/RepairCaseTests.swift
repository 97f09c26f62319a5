import FoundationEssentials
import LabelChange
import PersistentMemory
import TestSupport
import Testing

@Suite("Repair, damage by damage")
struct RepairCaseTests {
  static let mebibyte: UInt64 = 1 << 20

  static func repaired(_ bytes: [UInt8]) throws -> (sizes: [UInt64], actions: [RepairAction]) {
    let shown = try RepairTests.examine(bytes, MadeLabels.dimm, slot: 0)
    let actions = LabelRepair(try LabelArea(bytes), dimm: MadeLabels.dimm, decisions: .discarding).actions
    return (shown.map { $0.size / mebibyte }, actions)
  }

  /// Labels that overlap, in MiB, and the sizes of those that can stay together.
  static let overlaps: [([(dpa: UInt64, size: UInt64)], [UInt64])] = [
    ([(0, 16), (8, 16)], [16]),
    // A label in the middle, worth less than both neighbours.
    ([(0, 16), (8, 24), (24, 16)], [16, 16]),
    // A label in the middle, worth more.
    ([(0, 16), (8, 40), (40, 16)], [40]),
    // A greedy choice of the largest, or of the first to end, would lose bytes.
    ([(0, 8), (4, 20), (20, 8), (24, 36), (58, 30)], [20, 36]),
    // For the same number of bytes, more namespaces.
    ([(0, 64), (0, 32), (32, 32), (64, 1)], [32, 32, 1]),
  ]

  @Test("of labels that overlap, those worth most together stay", arguments: overlaps)
  func overlap(extents: [(dpa: UInt64, size: UInt64)], expected: [UInt64]) throws {
    let (sizes, actions) = try Self.repaired(MadeLabels.area(extents))
    #expect(sizes == expected)
    #expect(actions.count == extents.count - expected.count)
  }

  @Test("of two labels with one uuid, the one stays that leaves room for more")
  func twins() throws {
    // The first of the twins is larger, and overlaps a third label.
    let bytes = try MadeLabels.area([(0, 20), (40, 16), (8, 16)]) { number, label in
      if number == 1 { label.uuid = MadeLabels.uuid(0) }
    }
    let (sizes, actions) = try Self.repaired(bytes)
    #expect(sizes == [16, 16])
    let lost = try LabelArea(bytes).validLabels[0]
    #expect(actions == [.labelDropped(slot: 0, NamespaceIdentity(lost), .labelDuplicateUUID)])
    #expect(
      actions[0].description == """
        label slot 0: dropped, namespace 00000101-0101-0101-0101-010101010101, 20971520 bytes (20 MiB) at 0x0 \
        (label-duplicate-uuid)
        """)
  }

  @Test("of hundreds of labels with the same uuids, as many stay as fit")
  func manyTwins() throws {
    let bytes = try MadeLabels.area((0..<500).map { ($0 % 100, 2) }) { number, label in
      label.uuid = MadeLabels.uuid(number % 3)
    }
    #expect(try Self.repaired(bytes).sizes == [2, 2, 2])
  }

  /// Index blocks destroyed in different ways.
  static let destructions: [String] = ["zeroed", "signatures", "torn"]

  private static func destroying(_ bytes: [UInt8], _ how: String) -> [UInt8] {
    var bytes = bytes
    for start in [0, 256] {
      switch how {
      case "zeroed": bytes.replaceSubrange(start..<start + 256, with: [UInt8](repeating: 0, count: 256))
      case "signatures": for byte in 0..<16 { bytes[start + byte] ^= 0xff }
      default: for byte in [64, 100] { bytes[start + byte] ^= 0xff }
      }
    }
    return bytes
  }

  @Test("both index blocks are rebuilt from what survives", arguments: destructions, [LabelVersion.v1_1, .v1_2])
  func rebuild(how: String, version: LabelVersion) throws {
    let bytes = Self.destroying(try MadeLabels.area([(0, 16), (32, 16), (64, 64)], version), how)
    let (sizes, actions) = try Self.repaired(bytes)
    #expect(sizes == [16, 16, 64])
    let evidence: RepairAction.Evidence =
      how == "signatures" ? .bitmap(block: 0) : version == .v1_1 ? .plausibility : .checksums
    #expect(actions == [.indexesRebuilt(evidence)])
  }

  @Test("where the bitmaps can be read, a deleted namespace does not push out a living one")
  func stale() throws {
    // Slot 0: deleted, 64 MiB; the namespaces in slots 1 and 2 were made in its place.
    let bytes = try MadeLabels.area([(0, 64), (0, 16), (16, 16)])
    var area = try LabelArea(bytes)
    var marked = bytes
    for number in 0...1 {
      var block = area.indexes.blocks[number]
      block.markFree(0)
      block.seal(as: number, sequence: block.sequence, in: area.geometry)
      marked.replaceSubrange(number * 256..<number * 256 + 256, with: block.bytes)
    }
    #expect(try Self.repaired(marked).actions.isEmpty)
    let (sizes, _) = try Self.repaired(Self.destroying(marked, "torn"))
    #expect(sizes == [16, 16])
    area = try LabelArea(LabelRepair(LabelArea(Self.destroying(marked, "signatures")), dimm: MadeLabels.dimm).bytes)
    #expect(area.usedSlots == [1, 2])
  }

  @Test("one damaged block is rebuilt from the other, and stays behind it", arguments: [0, 1])
  func oneBlock(number: Int) throws {
    var bytes = try MadeLabels.area([(0, 16)])
    for byte in [24, 70] { bytes[number * 256 + byte] ^= 1 }
    let repair = LabelRepair(try LabelArea(bytes), dimm: MadeLabels.dimm)
    #expect(repair.actions == [.indexRebuilt(number)])
    #expect(repair.actions[0].description == "index block \(number): rebuilt from block \(1 - number)")
    let area = try LabelArea(repair.bytes)
    #expect(area.indexes.currentNumber == 1 - number)
    #expect(area.indexes.defects == [nil, nil])
    #expect(area.indexes.blocks.map(\.usedSlots) == [[0], [0]])
  }

  @Test("an interrupted update is finished; the labels of another DIMM are left alone")
  func updating() throws {
    let bytes = try MadeLabels.area([(0, 16), (16, 16)]) { number, label in
      label.flags = .updating
      if number == 1 { label[NamespaceLabel.Fields.cookie] = InterleaveSetCookie(virtualSlot: 9).v1_2 }
    }
    let (sizes, actions) = try Self.repaired(bytes)
    #expect(sizes == [16])
    #expect(
      actions.map(\.description) == [
        "label slot 0: interrupted update finished, namespace 00000101-0101-0101-0101-010101010101"
      ])
  }

  @Test(
    "a label whose checksum alone is wrong is sealed anew; one that is odd otherwise is dropped",
    arguments: [true, false])
  func checksum(isClean: Bool) throws {
    var bytes = try MadeLabels.area([(0, 16), (16, 32)])
    let label = 512 + 256
    bytes[label + 248] ^= 1
    if !isClean { bytes[label + 200] = 1 }
    let (sizes, actions) = try Self.repaired(bytes)
    #expect(sizes == (isClean ? [16, 32] : [16]))
    #expect(actions.count == 1)
  }

  @Test("nothing is made of nothing", arguments: [UInt8(0), 0xff, 0x5a])
  func rubbish(byte: UInt8) throws {
    let bytes = [UInt8](repeating: byte, count: 128 << 10)
    #expect(LabelRepair(try LabelArea(bytes), dimm: MadeLabels.dimm).bytes == bytes)
  }

  @Test("the plan names the place")
  func change() throws {
    var bytes = try MadeLabels.area([(0, 16)])
    bytes[70] ^= 1
    let repair = LabelRepair(try LabelArea(bytes), dimm: MadeLabels.dimm)
    let change = repair.change(of: SparseBytes(bytes), at: 128 << 20, length: 1 << 30)
    #expect(change.before == LabelAreaPlacement(offset: 128 << 20, bytes: bytes))
    #expect(change.after == LabelAreaPlacement(offset: 128 << 20, bytes: repair.bytes))
    #expect(!change.isEmpty)
  }
}
