import Basics
import FoundationEssentials
import PersistentMemory
import TestSupport
import Testing

/// Label areas of CXL devices, built here byte by byte from the specification.
enum CXLArea {
  static let region = UUID(uuidString: "11112222-3333-4444-5555-666677778888") ?? .zero
  static let size = 128 << 10

  /// Returns the label with its checksum.
  static func sealed(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes[CXLLabel.checksum] = Fletcher64.checksum(bytes, zeroing: CXLLabel.checksum)
    return bytes
  }

  /// Returns the region label of device 1 of 2: 1 GiB from address 0, interleaved every 1 KiB.
  static func regionLabel(slot: UInt32 = 0) -> [UInt8] {
    var label = [UInt8](repeating: 0, count: 256)
    label.replaceSubrange(0..<16, with: CXLLabel.Kind.region.uuid.bytes)
    label.replaceSubrange(16..<32, with: region.bytes)
    label[CXLLabel.RegionFields.setSize] = 2
    label[CXLLabel.RegionFields.position] = 1
    label[CXLLabel.RegionFields.rawSize] = 1 << 30
    label[CXLLabel.RegionFields.granularity] = 2
    label[CXLLabel.RegionFields.slot] = slot
    return sealed(label)
  }

  /// Returns the label of one range of 512 MiB at `dpa`, named inner, in mode fsdax.
  static func namespaceLabel(slot: UInt32 = 1, dpa: UInt64 = 0) -> [UInt8] {
    var label = [UInt8](repeating: 0, count: 256)
    label.replaceSubrange(0..<16, with: CXLLabel.Kind.namespace.uuid.bytes)
    label.replaceSubrange(16..<32, with: [UInt8](repeating: UInt8(slot), count: 16))
    label.replaceSubrange(32..<37, with: Array("inner".utf8))
    label[CXLLabel.NamespaceFields.rangeCount] = 1
    label[CXLLabel.NamespaceFields.dpa] = dpa
    label[CXLLabel.NamespaceFields.rawSize] = 1 << 29
    label[CXLLabel.NamespaceFields.slot] = slot
    label[CXLLabel.NamespaceFields.sectorSize] = 512
    label.replaceSubrange(128..<144, with: region.bytes)
    label.replaceSubrange(144..<160, with: NamespaceAbstraction.fsdax.guid.bytes)
    return sealed(label)
  }

  /// Returns an area of version 2.1 whose first slots hold `labels`.
  static func bytes(_ labels: [[UInt8]]) throws -> [UInt8] {
    let fillers = labels.map { _ in NamespaceLabel(blank: .cxl2_1) }
    var area = try LabelArea.encoded(.cxl2_1, size: size, labels: fillers).array
    let geometry = try #require(LabelGeometry(areaSize: size, labelSize: 256))
    for (slot, label) in labels.enumerated() {
      let offset = geometry.offset(ofSlot: slot)
      area.replaceSubrange(offset..<offset + label.count, with: label)
    }
    return area
  }

  static func findings(_ labels: [[UInt8]]) throws -> [Finding] {
    let area = try LabelArea(bytes(labels))
    return LabelVerification(area, dimm: LabelledDIMM(regionSize: nil, cookie: nil), layout: .cxl).findings
  }
}

@Suite("Labels of CXL devices")
struct CXLLabelTests {
  @Test("a region and a namespace in it are read field by field, and nothing is wrong with them")
  func reading() throws {
    let area = try LabelArea(CXLArea.bytes([CXLArea.regionLabel(), CXLArea.namespaceLabel()]))
    #expect(area.claimsCXL)
    #expect(area.occupiedCXLSlots == [0, 1])
    let region = try #require(area.cxlLabel(in: 0))
    #expect(region.kind == .region && region.uuid == CXLArea.region && region.count == 2 && region.position == 1)
    #expect(region[CXLLabel.RegionFields.granularity] == 2 && region.extent == 0...1 << 30 - 1)
    let namespace = try #require(area.cxlLabel(in: 1))
    #expect(namespace.kind == .namespace && namespace.name == "inner" && namespace.regionUUID == CXLArea.region)
    #expect(namespace.abstraction == NamespaceAbstraction.fsdax.guid && namespace.rawSize == 1 << 29)
    #expect(try CXLArea.findings([CXLArea.regionLabel(), CXLArea.namespaceLabel()]).isEmpty)
  }

  /// One broken field: the label, the offset, the bytes written there, and the only rule that must report it.
  struct Breakage: Sendable, CustomTestStringConvertible {
    let rule: LabelRule
    let slot: Int
    let offset: Int
    let bytes: [UInt8]
    var isSealed = true

    var testDescription: String { "\(rule.rawValue) in slot \(slot)" }
  }

  static let breakages: [Breakage] = [
    Breakage(rule: .labelType, slot: 0, offset: 0, bytes: [1]),
    Breakage(rule: .labelNullUUID, slot: 1, offset: 16, bytes: [UInt8](repeating: 0, count: 16)),
    Breakage(rule: .labelUpdating, slot: 0, offset: 32, bytes: [8]),
    Breakage(rule: .labelFlags, slot: 0, offset: 32, bytes: [1]),
    Breakage(rule: .labelSetSize, slot: 0, offset: 36, bytes: [0]),
    Breakage(rule: .labelPosition, slot: 0, offset: 38, bytes: [2]),
    Breakage(rule: .labelSlot, slot: 0, offset: 64, bytes: [7]),
    Breakage(rule: .labelGranularity, slot: 0, offset: 68, bytes: [7]),
    Breakage(rule: .labelReserved, slot: 0, offset: 76, bytes: [1]),
    Breakage(rule: .labelReserved, slot: 0, offset: 247, bytes: [1]),
    Breakage(rule: .labelChecksum, slot: 0, offset: 248, bytes: [1], isSealed: false),
    Breakage(rule: .labelNameUnterminated, slot: 1, offset: 32, bytes: [UInt8](repeating: 0x41, count: 64)),
    Breakage(rule: .labelNameEncoding, slot: 1, offset: 32, bytes: [0xff]),
    Breakage(rule: .labelUpdating, slot: 1, offset: 96, bytes: [8]),
    Breakage(rule: .labelFlags, slot: 1, offset: 96, bytes: [2]),
    Breakage(rule: .labelSetSize, slot: 1, offset: 100, bytes: [0]),
    Breakage(rule: .labelPosition, slot: 1, offset: 102, bytes: [1]),
    Breakage(rule: .labelOutsideRegion, slot: 1, offset: 107, bytes: [0x40]),
    Breakage(rule: .labelBeyondRegion, slot: 1, offset: 115, bytes: [0x60]),
    Breakage(rule: .labelZeroSize, slot: 1, offset: 112, bytes: [UInt8](repeating: 0, count: 8)),
    Breakage(rule: .labelWraps, slot: 1, offset: 104, bytes: [UInt8](repeating: 0xff, count: 8)),
    Breakage(rule: .labelSlot, slot: 1, offset: 120, bytes: [0]),
    Breakage(rule: .labelRegionMissing, slot: 1, offset: 128, bytes: [0]),
    Breakage(rule: .labelAbstraction, slot: 1, offset: 144, bytes: [0]),
    Breakage(rule: .labelSectorSize, slot: 1, offset: 160, bytes: [1]),
    Breakage(rule: .labelReserved, slot: 1, offset: 162, bytes: [1]),
    Breakage(rule: .labelEmpty, slot: 1, offset: 0, bytes: [UInt8](repeating: 0, count: 256), isSealed: false),
  ]

  static func findings(_ breakage: Breakage) throws -> [Finding] {
    var labels = [CXLArea.regionLabel(), CXLArea.namespaceLabel()]
    labels[breakage.slot].replaceSubrange(
      breakage.offset..<breakage.offset + breakage.bytes.count, with: breakage.bytes)
    if breakage.isSealed { labels[breakage.slot] = CXLArea.sealed(labels[breakage.slot]) }
    return try CXLArea.findings(labels)
  }

  @Test("verification names the field that is broken, and it alone", arguments: breakages)
  func broken(breakage: Breakage) throws {
    // Without its region, a namespace is lost as well.
    let orphans = breakage.slot == 0 && [.labelType, .labelSlot, .labelChecksum].contains(breakage.rule)
    let expected = [breakage.rule.rawValue] + (orphans ? [LabelRule.labelRegionMissing.rawValue] : [])
    let findings = try Self.findings(breakage)
    #expect(findings.map(\.rule.id) == expected)
    if let offset = findings.first?.offset {
      // 512 bytes of index blocks precede slot 0.
      let field = UInt64(512 + breakage.slot * 256)..<UInt64(512 + (breakage.slot + 1) * 256)
      #expect(field.contains(offset))
    }
  }

  @Test("two namespaces at one address, and two with one uuid")
  func conflicts() throws {
    let region = CXLArea.regionLabel()
    let first = CXLArea.namespaceLabel()
    #expect(
      try CXLArea.findings([region, first, CXLArea.namespaceLabel(slot: 2, dpa: 4096)]).map(\.rule.id) == [
        "label-overlap"
      ]
    )
    var twin = CXLArea.namespaceLabel(slot: 2, dpa: 1 << 29)
    twin.replaceSubrange(16..<32, with: first[16..<32])
    #expect(try CXLArea.findings([region, first, CXLArea.sealed(twin)]).map(\.rule.id) == ["label-duplicate-uuid"])
    // The ranges of one namespace share its uuid.
    let ranges = [first, twin].enumerated().map { number, label in
      var label = label
      label[CXLLabel.NamespaceFields.rangeCount] = 2
      label[CXLLabel.NamespaceFields.position] = UInt16(number)
      return CXLArea.sealed(label)
    }
    #expect(try CXLArea.findings([region] + ranges).isEmpty)
  }

  @Test("under an NVDIMM's rules the version is odd, as Linux finds it")
  func version() throws {
    let area = try LabelArea(CXLArea.bytes([CXLArea.regionLabel()]))
    let asNVDIMM = LabelVerification(area, dimm: LabelledDIMM(regionSize: nil, cookie: nil)).findings
    #expect(asNVDIMM.contains { $0.rule.id == "index-version" && $0.expected == "1.2" })
    let v1_2 = try LabelArea(LabelArea.encoded(.v1_2, size: CXLArea.size, labels: []))
    let asCXL = LabelVerification(v1_2, dimm: LabelledDIMM(regionSize: nil, cookie: nil), layout: .cxl).findings
    #expect(asCXL.map(\.rule.id) == ["index-version"] && asCXL.first?.expected == "2.1")
  }

  @Test("nothing in a label traps")
  func fuzz() throws {
    var generator = SeededGenerator(fuzzing: "labels of CXL devices")
    let whole = try CXLArea.bytes([CXLArea.regionLabel(), CXLArea.namespaceLabel(), CXLArea.namespaceLabel(slot: 2)])
    for _ in 0..<SeededGenerator.count(default: 2_000, optimized: 20_000) {
      var labels = (0..<3).map { slot in Array(whole[512 + slot * 256..<768 + slot * 256]) }
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let slot = Int.random(in: 0..<3, using: &generator)
        let offset = Int.random(in: 0..<248, using: &generator)
        labels[slot][offset] =
          [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &generator)]
          .randomElement(using: &generator) ?? 0
        if Bool.random(using: &generator) { labels[slot] = CXLArea.sealed(labels[slot]) }
      }
      var area = whole
      for slot in 0..<3 { area.replaceSubrange(512 + slot * 256..<768 + slot * 256, with: labels[slot]) }
      let findings = LabelVerification(
        try LabelArea(area), dimm: LabelledDIMM(regionSize: nil, cookie: nil), layout: .cxl
      ).findings
      if findings.count >= 64 { Issue.record("\(findings.count) findings") }
    }
  }
}
