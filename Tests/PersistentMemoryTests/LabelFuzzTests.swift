import Basics
import FoundationEssentials
import PersistentMemory
import TestSupport
import Testing

/// Areas that no program would write: random ones, well-formed ones with odd contents, and recorded ones with a few
/// bytes changed.
///
/// `VNVDIMM_FUZZ_COUNT` in the environment sets their number.
@Suite("Fuzzing the label reader")
struct LabelFuzzTests {
  /// The limit of the memory that reading may take at one time: bytes for each byte of the area, and a constant.
  private static let multiple = 10
  private static let smallAllowance = 16 << 10

  private static func randomBytes(_ generator: inout SeededGenerator) -> [UInt8] {
    let words = Int.random(in: 0...600, using: &generator)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(words * 8 + 8)
    for _ in 0..<words { bytes.append(littleEndian: generator.next()) }
    return bytes + [UInt8](repeating: 0x5a, count: Int.random(in: 0...7, using: &generator))
  }

  /// Checks everything that must hold for any area, within a small multiple of the area's memory.
  private static func examine(_ bytes: [UInt8]) throws -> Int {
    let peak = try AllocationMeter.peak { try read(bytes) }
    if peak > smallAllowance + bytes.count * multiple {
      Issue.record("\(peak) bytes of memory for an area of \(bytes.count): \(bytes.prefix(2048))")
    }
    return peak
  }

  private static func read(_ bytes: [UInt8]) throws {
    guard let area = try? LabelArea(bytes) else {
      #expect(bytes.count < 768)
      return
    }
    let cookie = InterleaveSetCookie(virtualSlot: 0)
    let regionSize: UInt64 = 134_217_728
    let findings = LabelVerification(area, dimm: LabelledDIMM(regionSize: regionSize, cookie: cookie)).findings
    let probe = RegionProbe(area, regionSize: regionSize, cookie: cookie, boot: .cold)
    let warm = RegionProbe(area, regionSize: regionSize, cookie: cookie, boot: .warm).verdicts[0].count

    // Plain conditions, because a million evaluated expectations would take most of the time.
    let verdicts = probe.verdicts[0]
    let shown = verdicts.allSatisfy { $0.verdict == .shown || $0.verdict == .hidden(.labelEmpty) }
    let hasErrors = findings.contains { $0.severity == .error }
    if !hasErrors, !shown {
      Issue.record("a label is not shown, and no error found: \(verdicts) \(bytes.prefix(2048))")
    }
    if verdicts.count != warm { Issue.record("boots differ in slots: \(bytes.prefix(2048))") }
    if verdicts.count > bytes.count / 128 || area.occupiedSlots.count > bytes.count / 128 {
      Issue.record("more slots than fit: \(bytes.prefix(2048))")
    }
    let limit = LabelRule.allCases.count * (LabelVerification.limitPerRule + 1)
    if findings.count > limit { Issue.record("\(findings.count) findings") }
    let unbound = LabelledDIMM(regionSize: nil, cookie: nil)
    let asCXL = LabelVerification(area, dimm: unbound, layout: .cxl).findings
    if asCXL.count > limit { Issue.record("\(asCXL.count) findings in CXL labels") }
  }

  @Test("no area makes the reader trap, and without an error every label is shown")
  func areas() throws {
    var generator = SeededGenerator(fuzzing: "label areas")
    let count = SeededGenerator.count(default: 2_000, optimized: 100_000)
    let recorded = try LabelCase.all.filter { $0.dimms[0].labelSize <= 131_072 }.map { try $0.area(of: $0.dimms[0]) }
    var worst = (Int.min, 0, 0)
    for number in 0..<count {
      let bytes =
        switch number % 64 {
        case 0: FuzzedLabels.mutating(recorded.randomElement(using: &generator) ?? [], &generator)
        case 1..<8: Self.randomBytes(&generator)
        case 8..<40: try FuzzedLabels.wellFormed(&generator)
        default: FuzzedLabels.mutating(try FuzzedLabels.wellFormed(&generator), &generator)
        }
      let peak = try Self.examine(bytes)
      let needed = (peak - bytes.count * Self.multiple, peak, bytes.count)
      if needed > worst { worst = needed }
    }
    print("label areas: \(count), at most \(worst.1) bytes of memory, for an area of \(worst.2)")
  }

  @Test(
    "an area with a label in every slot takes a small multiple of its memory", arguments: [LabelVersion.v1_1, .v1_2],
    [128 << 10, 2 << 20])
  func fullArea(version: LabelVersion, size: Int) throws {
    var generator = SeededGenerator(fuzzing: "full label areas")
    let geometry = try #require(LabelGeometry(areaSize: size, labelSize: version.labelSize))
    let cookie = InterleaveSetCookie(virtualSlot: 0)
    let labels = (0..<geometry.slotCount - 1).map { slot in
      var label = NamespaceLabel(blank: version)
      label.uuid = MadeLabels.uuid(slot)
      _ = label.setName(String(generator.next(), radix: 36) + String(repeating: "x", count: 40))
      label[NamespaceLabel.Fields.setSize] = 1
      label[NamespaceLabel.Fields.cookie] = version == .v1_1 ? cookie.v1_1 : cookie.v1_2
      label[NamespaceLabel.Fields.dpa] = UInt64(slot) << 12
      label[NamespaceLabel.Fields.rawSize] = 1 << 12
      label.set(type: NamespaceType.pmem.guid, abstraction: NamespaceAbstraction.none.guid)
      return label
    }
    let peak = try Self.examine(LabelArea.encoded(version, size: size, labels: labels).array)
    print("full area of \(size) bytes, \(version.rawValue): \(peak) bytes of memory")
  }

  @Test("no backend makes the search for an area trap, or read beyond its end")
  func locator() throws {
    var generator = SeededGenerator(fuzzing: "label area locator")
    for _ in 0..<SeededGenerator.count(default: 200, optimized: 10_000) {
      let area = FuzzedLabels.mutating(try FuzzedLabels.wellFormed(&generator), &generator)
      let before = Self.randomBytes(&generator)
      let bytes = before + area + (Bool.random(using: &generator) ? [] : Self.randomBytes(&generator))
      let found = LabelAreaLocator(length: UInt64(bytes.count)).locate(
        dataRanges: { (range) throws(Never) in [range] },
        read: { (offset, count) throws(Never) in Array(bytes[Int(offset)..<Int(offset) + count]) })
      if case .found(let place) = found, place.end > UInt64(bytes.count) { Issue.record("\(place) in \(bytes.count)") }
    }
  }
}
