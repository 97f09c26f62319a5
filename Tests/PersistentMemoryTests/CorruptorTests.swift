import Basics
import FoundationEssentials
import PersistentMemory
import TestSupport
import Testing

/// Breaks one named field at a time. The checksums are then made valid again, so that only the field is wrong.
@Suite("Each broken field is named")
struct CorruptorTests {
  /// A field, the bytes written over it, and the rule that reports it.
  struct Corruption: Sendable, CustomStringConvertible {
    let name: String
    let range: Range<Int>
    let bytes: [UInt8]
    let rule: String

    init(_ name: String, _ range: Range<Int>, _ bytes: [UInt8], _ rule: String) {
      self.name = name
      self.range = range
      self.bytes = bytes
      self.rule = rule
    }

    init<Value>(_ field: Field<Value>, _ value: Value, _ rule: String) {
      var bytes: [UInt8] = []
      bytes.append(littleEndian: value)
      self.init(field.name, field.range, bytes, rule)
    }

    var description: String { "\(name) \(bytes) \(rule)" }

    func apply(to area: inout [UInt8], at start: Int) {
      area.replaceSubrange(start + range.lowerBound..<start + range.lowerBound + bytes.count, with: bytes)
    }
  }

  static let versions: [LabelVersion] = [.v1_1, .v1_2]

  static let index: [Corruption] =
    (0..<16).map { Corruption("sig", 0..<16, Array(IndexBlock.signature[..<$0]) + [0x59], "index-signature") } + [
      Corruption("flags", 16..<19, [1, 0, 0], "index-flags"),
      Corruption("flags", 16..<19, [0, 0, 0x80], "index-flags"),
      Corruption(IndexBlock.Fields.labelSize, 2, "index-label-size"),
      Corruption(IndexBlock.Fields.labelSize, 0xff, "index-label-size"),
      Corruption(IndexBlock.Fields.sequence, 0, "index-sequence"),
      Corruption(IndexBlock.Fields.sequence, 4, "index-sequence"),
      Corruption(IndexBlock.Fields.ownOffset, 4096, "index-own-offset"),
      Corruption(IndexBlock.Fields.ownOffset, .max, "index-own-offset"),
      Corruption(IndexBlock.Fields.size, 0, "index-size"),
      Corruption(IndexBlock.Fields.size, 71, "index-size"),
      Corruption(IndexBlock.Fields.size, 257, "index-size"),
      Corruption(IndexBlock.Fields.size, 136, "index-small"),
      Corruption(IndexBlock.Fields.otherOffset, 4096, "index-other-offset"),
      Corruption(IndexBlock.Fields.labelOffset, 4096, "index-label-offset"),
      Corruption(IndexBlock.Fields.slotCount, 0x8000_0000, "index-slot-count"),
      Corruption(IndexBlock.Fields.slotCount, 1021, "index-slot-count"),
      Corruption(IndexBlock.Fields.major, 7, "index-version"),
      Corruption(IndexBlock.Fields.minor, 9, "index-version"),
      Corruption("free", 255..<256, [0x80], "index-bits-beyond-slots"),
    ]

  /// Returns the area, with two labels that give no findings.
  static func area(_ version: LabelVersion) throws -> LabelArea {
    try LabelArea(MadeLabels.area([(0, 16), (16, 16)], version))
  }

  static func findings(_ bytes: [UInt8]) throws -> [Finding] {
    LabelVerification(try LabelArea(bytes), dimm: MadeLabels.dimm).findings
  }

  /// Whether `finding` reports bytes in `range` of the structure that starts at `start`.
  static func names(_ finding: Finding, _ corruption: Corruption, at start: Int) -> Bool {
    guard let offset = finding.offset.map({ Int($0) - start }) else { return false }
    return finding.rule.id == corruption.rule && corruption.range.contains(offset)
  }

  static func findings(_ corruption: Corruption, ofIndex number: Int, _ version: LabelVersion) throws -> [Finding] {
    let area = try Self.area(version)
    var bytes = area.bytes.array
    corruption.apply(to: &bytes, at: number * 256)
    var block = IndexBlock(number, of: bytes, in: area.geometry)
    block[IndexBlock.Fields.checksum] = block.expectedChecksum
    bytes.replaceSubrange(number * 256..<number * 256 + 256, with: block.bytes)
    return try Self.findings(bytes)
  }

  @Test("of an index block", arguments: index, versions)
  func indexField(corruption: Corruption, version: LabelVersion) throws {
    for number in 0...1 {
      let findings = try Self.findings(corruption, ofIndex: number, version)
      #expect(findings.count == 1, "\(findings)")
      #expect(findings.allSatisfy { Self.names($0, corruption, at: number * 256) }, "\(findings)")
    }
  }

  @Test("the checksum of an index block, and any byte under it", arguments: versions)
  func indexChecksum(version: LabelVersion) throws {
    let area = try Self.area(version)
    for number in 0...1 {
      for offset in [64, 71, 72, 255] {
        var bytes = area.bytes.array
        bytes[number * 256 + offset] ^= 1
        let findings = try Self.findings(bytes)
        #expect(findings.map(\.rule.id) == ["index-checksum"])
        #expect(findings.map(\.offset) == [UInt64(number * 256 + 64)])
      }
    }
  }

  @Test("the sequence numbers", arguments: versions)
  func sequence(version: LabelVersion) throws {
    let area = try Self.area(version)
    for (stored, rule) in [(UInt32(2), "index-sequence-tie"), (0x103, "index-sequence-bits")] {
      var bytes = area.bytes.array
      var block = area.indexes.blocks[0]
      block[IndexBlock.Fields.sequence] = stored
      block[IndexBlock.Fields.checksum] = block.expectedChecksum
      bytes.replaceSubrange(0..<256, with: block.bytes)
      let findings = try Self.findings(bytes)
      #expect(findings.map(\.rule.id) == [rule], "\(findings)")
      #expect(findings.allSatisfy { [20, 276].contains($0.offset) })
    }
  }

  /// The fields of the label in slot 1, the second namespace: 16 MiB at 16 MiB.
  static let label: [Corruption] = [
    Corruption("uuid", 0..<16, [UInt8](repeating: 0, count: 16), "label-null-uuid"),
    Corruption("uuid", 0..<16, MadeLabels.uuid(0).bytes, "label-duplicate-uuid"),
    Corruption("name", 16..<80, [UInt8](repeating: 0x61, count: 64), "label-name-unterminated"),
    Corruption("name", 16..<80, [0xc3, 0x28], "label-name-encoding"),
    Corruption(NamespaceLabel.Fields.flags, 8, "label-updating"),
    Corruption(NamespaceLabel.Fields.flags, 1, "label-flags"),
    Corruption(NamespaceLabel.Fields.flags, 0x8000_0000, "label-flags"),
    Corruption(NamespaceLabel.Fields.setSize, 0, "label-set-size"),
    Corruption(NamespaceLabel.Fields.setSize, 2, "label-set-size"),
    Corruption(NamespaceLabel.Fields.position, 1, "label-position"),
    Corruption(NamespaceLabel.Fields.cookie, 1, "label-cookie"),
    Corruption(NamespaceLabel.Fields.cookie, InterleaveSetCookie(virtualSlot: 1).v1_2, "label-cookie"),
    Corruption(NamespaceLabel.Fields.sectorSize, 7, "label-sector-size"),
    Corruption(NamespaceLabel.Fields.dpa, 8 << 20, "label-overlap"),
    Corruption(NamespaceLabel.Fields.dpa, (32 << 20) + 512, "label-misaligned"),
    Corruption(NamespaceLabel.Fields.dpa, 128 << 20, "label-outside-region"),
    Corruption(NamespaceLabel.Fields.dpa, 0 &- 4096, "label-wraps"),
    Corruption(NamespaceLabel.Fields.rawSize, 0, "label-zero-size"),
    Corruption(NamespaceLabel.Fields.rawSize, 512, "label-misaligned"),
    Corruption(NamespaceLabel.Fields.rawSize, 113 << 20, "label-beyond-region"),
    Corruption(NamespaceLabel.Fields.rawSize, 0 &- 4096, "label-wraps"),
    Corruption(NamespaceLabel.Fields.slot, 7, "label-slot"),
  ]

  static let longLabel: [Corruption] =
    label + [
      Corruption(NamespaceLabel.Fields.alignment, 21, "label-alignment"),
      Corruption("reserved", 125..<128, [0, 0, 1], "label-reserved"),
      Corruption("type_guid", 128..<144, NamespaceType.volatile.guid.guidBytes, "label-type"),
      Corruption("type_guid", 128..<144, NamespaceType.pmem.guid.bytes, "label-type"),
      Corruption("abstraction_guid", 144..<160, [UInt8](repeating: 1, count: 16), "label-abstraction"),
      Corruption("reserved2", 160..<248, [1], "label-reserved"),
    ]

  static let shortLabel: [Corruption] = label + [Corruption("unused", 124..<128, [1], "label-reserved")]

  static let labels: [(LabelVersion, Corruption)] =
    shortLabel.map { (.v1_1, $0) } + longLabel.map { (.v1_2, $0) }

  static func findings(_ corruption: Corruption, ofLabel version: LabelVersion) throws -> [Finding] {
    let area = try Self.area(version)
    let start = area.geometry.offset(ofSlot: 1)
    var bytes = area.bytes.array
    corruption.apply(to: &bytes, at: start)
    let label = NamespaceLabel(slot: 1, of: bytes, in: area.geometry)
    if let sum = label.expectedChecksum { bytes.store(sum, at: start + NamespaceLabel.Fields.checksum.offset) }
    return try Self.findings(bytes)
  }

  @Test("of a label", arguments: labels)
  func labelField(version: LabelVersion, corruption: Corruption) throws {
    let start = try Self.area(version).geometry.offset(ofSlot: 1)
    let findings = try Self.findings(corruption, ofLabel: version)
    #expect(findings.count == 1, "\(findings)")
    #expect(findings.allSatisfy { Self.names($0, corruption, at: start) }, "\(findings)")
  }

  @Test("the checksum of a label, and any byte under it")
  func labelChecksum() throws {
    let area = try Self.area(.v1_2)
    let start = area.geometry.offset(ofSlot: 1)
    for offset in [0, 16, 79, 80, 119, 124, 159, 160, 247, 248, 255] {
      var bytes = area.bytes.array
      bytes[start + offset] ^= 1
      let findings = try Self.findings(bytes)
      #expect(findings.map(\.rule.id) == ["label-checksum"], "\(offset): \(findings)")
      #expect(findings.map(\.offset) == [UInt64(start + 248)])
    }
  }

  @Test("a slot marked used that holds nothing", arguments: versions)
  func emptySlot(version: LabelVersion) throws {
    let area = try Self.area(version)
    var bytes = area.bytes.array
    var block = area.indexes.blocks[0]
    block.markUsed(9)
    block.seal(as: 0, sequence: block.sequence, in: area.geometry)
    bytes.replaceSubrange(0..<256, with: block.bytes)
    let findings = try Self.findings(bytes)
    #expect(findings.map(\.rule.id) == ["label-empty"])
    #expect(findings.map(\.offset) == [UInt64(area.geometry.offset(ofSlot: 9))])
  }

  @Test("no byte of either structure is left out")
  func completeness() {
    func bytes(_ corruptions: [Corruption]) -> Set<Int> { Set(corruptions.flatMap(\.range)) }
    // The checksums and the bitmap are broken above.
    #expect(bytes(Self.index).union(64..<72).union(72..<256) == Set(0..<256))
    #expect(bytes(Self.shortLabel) == Set(0..<128))
    #expect(bytes(Self.longLabel).union(248..<256) == Set(0..<256))
  }
}
