import FoundationEssentials
import LabelChange
import PersistentMemory
import TestSupport
import Testing

/// Repairs of areas that no program would write, and of recorded areas with damage.
///
/// `VNVDIMM_FUZZ_COUNT` in the environment sets their number.
@Suite("Fuzzing the repair of label areas")
struct RepairFuzzTests {
  private static let regionSize: UInt64 = 134_217_728

  @Test("after a repair Linux accepts the DIMM, shows all that it showed, and a second repair changes nothing")
  func areas() throws {
    var generator = SeededGenerator(fuzzing: "label repair")
    let recorded = try LabelCase.all.filter { $0.dimms[0].labelSize <= 131_072 }.map { try $0.area(of: $0.dimms[0]) }
    let dimm = LabelledDIMM(regionSize: Self.regionSize, cookie: InterleaveSetCookie(virtualSlot: 0))
    for number in 0..<SeededGenerator.count(default: 2_000, optimized: 100_000) {
      var bytes =
        number % 64 == 0
        ? recorded.randomElement(using: &generator) ?? [] : try FuzzedLabels.wellFormed(&generator)
      if number % 3 > 0 { bytes = FuzzedLabels.mutating(bytes, &generator) }
      if number % 5 == 0 { bytes = Self.marking(bytes, &generator) }
      if number % 7 == 0 { bytes = Self.breakingIndexes(of: bytes, &generator) }
      guard (try? LabelArea(bytes)) != nil else { continue }
      _ = try RepairTests.examine(bytes, dimm, slot: 0)
    }
  }

  @Test("an area whose slot is not known is repaired once, too")
  func unknownSlot() throws {
    var generator = SeededGenerator(fuzzing: "label repair without a slot")
    let unknown = LabelledDIMM(regionSize: nil, cookie: nil)
    for _ in 0..<SeededGenerator.count(default: 1_000, optimized: 20_000) {
      let bytes = FuzzedLabels.mutating(try FuzzedLabels.wellFormed(&generator), &generator)
      let once = LabelRepair(try LabelArea(bytes), dimm: unknown, decisions: .discarding)
      let area = try LabelArea(once.bytes)
      if case .refused = DIMMProbe(area).outcome { Issue.record("still refused: \(bytes)") }
      let twice = LabelRepair(area, dimm: unknown, decisions: .discarding)
      if twice.bytes != once.bytes { Issue.record("\(twice.actions) after \(once.actions): \(bytes)") }
    }
  }

  /// Returns the area with a current index block that marks other slots as used (empty or stale ones), or used slots as
  /// free.
  private static func marking(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    guard let area = try? LabelArea(bytes), let number = area.indexes.currentNumber,
      var index = area.indexes.current, index.slotCount > 0
    else { return bytes }
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let slot = Int.random(in: 0..<min(index.slotCount, 8), using: &generator)
      if Int.random(in: 0...2, using: &generator) > 0 { index.markUsed(slot) } else { index.markFree(slot) }
    }
    index.seal(as: number, sequence: index.sequence, in: area.geometry)
    let start = area.geometry.indexOffset(number)
    return bytes[..<start] + index.bytes + bytes[(start + index.bytes.count)...]
  }

  /// Returns the area with a byte of both headers changed, or both headers gone, or both bitmaps changed.
  private static func breakingIndexes(of bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    guard let area = try? LabelArea(bytes) else { return bytes }
    var bytes = bytes
    let kind = Int.random(in: 0...2, using: &generator)
    for number in 0...1 {
      let start = area.geometry.indexOffset(number)
      switch kind {
      case 0: bytes[start + Int.random(in: 0..<72, using: &generator)] ^= 0x41
      case 1: bytes.replaceSubrange(start..<start + 72, with: [UInt8](repeating: 0, count: 72))
      default: bytes[start + 72] ^= UInt8(truncatingIfNeeded: generator.next()) | 1
      }
    }
    return bytes
  }
}
