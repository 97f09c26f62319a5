import Basics
import FoundationEssentials
import PersistentMemory
import TestSupport
import Testing

/// Verdicts that no recording covers, derived from the source of Linux 6.1 (namespace_devs.c, label.c).
@Suite("Verdicts on labels of sets, and in corners")
struct LabelSetTests {
  static let size = 128 << 10
  static let half: UInt64 = 64 << 20
  static let uuid = UUID([UInt8](1...16), at: 0)

  /// Two DIMMs that share a region, each with half of it.
  static let pair = InterleaveSetCookie([
    InterleaveSetMember(regionOffset: 0, serialNumber: 1, vendorID: 0x8086),
    InterleaveSetMember(regionOffset: 0x1000, serialNumber: 2, vendorID: 0x8086),
  ])

  static func probe(
    _ dimms: [[NamespaceLabel]], _ version: LabelVersion = .v1_2, cookie: InterleaveSetCookie = pair,
    boot: BootKind = .cold
  ) throws -> RegionProbe {
    let members = try dimms.map { labels in
      let area = try LabelArea(LabelArea.encoded(version, size: size, labels: labels))
      return RegionProbe.Member(DIMMProbe(area), addresses: 0..<half)
    }
    return RegionProbe(members, cookie: cookie, boot: boot)
  }

  @Test("a label on each DIMM makes one namespace, named by position 0")
  func complete() throws {
    let first = MadeLabels.label(cookie: Self.pair.v1_2, of: 2, position: 1, name: "no")
    let second = MadeLabels.label(cookie: Self.pair.v1_2, of: 2, position: 0, name: "yes")
    let probe = try Self.probe([[first], [second]])
    guard case .namespaces(let namespaces) = probe.outcome else { throw Unexpected(probe.outcome) }
    #expect(namespaces.map(\.size) == [2 * Self.half])
    #expect(namespaces.map(\.name) == ["yes"])
    #expect(probe.verdicts.map { $0.map(\.verdict) } == [[.shown], [.shown]])
  }

  @Test("a position without a label refuses the region")
  func incomplete() throws {
    let first = MadeLabels.label(cookie: Self.pair.v1_2, of: 2, position: 0)
    let refusal = ProbeRefusal(slot: 0, rule: .labelSetIncomplete)
    #expect(try Self.probe([[first], []]).outcome == .refused(refusal, dimm: 0))
    #expect(try Self.probe([[first], [first]]).outcome == .refused(refusal, dimm: 0))
  }

  @Test("a refused DIMM of a set is like one without labels at a boot, and takes the region with it later")
  func refusedMember() throws {
    let good = MadeLabels.label(cookie: Self.pair.v1_2, of: 2, position: 0)
    let bad = MadeLabels.label(cookie: Self.pair.v1_2, of: 2, position: 1, dpa: 4096, rawSize: 0)
    let incomplete = ProbeRefusal(slot: 0, rule: .labelSetIncomplete)
    #expect(try Self.probe([[good], [bad]]).outcome == .refused(incomplete, dimm: 0))
    let empty = ProbeRefusal(slot: 0, rule: .labelZeroSize)
    #expect(try Self.probe([[good], [bad]], boot: .warm).outcome == .refused(empty, dimm: 1))
  }

  @Test("the historic cookie is accepted in place of the right one")
  func alternativeCookie() throws {
    let cookie = InterleaveSetCookie([
      InterleaveSetMember(regionOffset: 1, serialNumber: 1, vendorID: 0x8086),
      InterleaveSetMember(regionOffset: 0x100, serialNumber: 2, vendorID: 0x8086),
    ])
    #expect(cookie.alternative != cookie.v1_1)
    let labels = (0...1).map { MadeLabels.label(.v1_1, cookie: cookie.alternative, of: 2, position: $0) }
    guard case .namespaces(let namespaces) = try Self.probe([[labels[0]], [labels[1]]], .v1_1, cookie: cookie).outcome
    else { throw Unexpected("no namespaces") }
    #expect(namespaces.count == 1)
  }

  static let single = InterleaveSetCookie(virtualSlot: 0)

  @Test("a label of no bytes at address 0 reserves all there is: alone it refuses the region, not the DIMM")
  func emptyLabelAlone() throws {
    let empty = MadeLabels.label(cookie: Self.single.v1_2, rawSize: 0)
    let probe = try Self.probe([[empty]], cookie: Self.single)
    #expect(probe.members[0].dimm.outcome == .labelled)
    #expect(probe.outcome == .refused(ProbeRefusal(slot: 0, rule: .labelZeroSize), dimm: 0))
    let foreign = MadeLabels.label(cookie: 1, rawSize: 0)
    #expect(try Self.probe([[foreign]], cookie: Self.single).outcome == .namespaces([]))
  }

  @Test("a label whose end wraps around refuses the DIMM")
  func wraps() throws {
    let label = MadeLabels.label(cookie: Self.single.v1_2, dpa: .max - 4095, rawSize: 8192)
    let refusal = ProbeRefusal(slot: 0, rule: .labelWraps)
    #expect(try Self.probe([[label]], cookie: Self.single).members[0].dimm.outcome == .refused(refusal))
  }

  @Test("the first label with a uuid lends its size, even where its cookie is another set's")
  func foreignTwin() throws {
    let foreign = MadeLabels.label(cookie: 1, dpa: 0, rawSize: 1 << 20)
    let own = MadeLabels.label(cookie: Self.single.v1_2, dpa: 16 << 20, rawSize: 32 << 20)
    guard case .namespaces(let namespaces) = try Self.probe([[foreign, own]], cookie: Self.single).outcome else {
      throw Unexpected("no namespaces")
    }
    #expect(namespaces.map(\.size) == [1 << 20])
    #expect(namespaces.map(\.dpa) == [0])
  }

  @Test("an encoded area verifies without a finding", arguments: [LabelVersion.v1_1, .v1_2])
  func encoded(version: LabelVersion) throws {
    let cookie = version == .v1_1 ? Self.single.v1_1 : Self.single.v1_2
    let labels = (0..<3).map { number in
      MadeLabels.label(
        version, cookie: cookie, dpa: UInt64(number) << 20, rawSize: 1 << 20,
        uuid: UUID([UInt8](repeating: UInt8(number + 1), count: 16), at: 0), name: "namespace \(number)")
    }
    let area = try LabelArea(LabelArea.encoded(version, size: Self.size, labels: labels))
    #expect(area.usedSlots == [0, 1, 2])
    #expect(area.validLabels.map(\.name) == ["namespace 0", "namespace 1", "namespace 2"])
    let dimm = LabelledDIMM(regionSize: Self.half, cookie: Self.single)
    #expect(LabelVerification(area, dimm: dimm).findings.isEmpty)
  }

  @Test("labels that do not fit are refused, and one slot stays free")
  func tooMany() throws {
    let labels = [NamespaceLabel](repeating: NamespaceLabel(blank: .v1_2), count: 14)
    #expect(throws: LabelAreaError.tooManyLabels(14, limit: 13)) {
      try LabelArea.encoded(.v1_2, size: 4096, labels: labels)
    }
    #expect(throws: LabelAreaError.labelSize(256, .v1_1)) {
      try LabelArea.encoded(.v1_1, size: 4096, labels: labels)
    }
  }

  struct Unexpected: Error {
    let outcome: String
    init(_ outcome: some Any) { self.outcome = "\(outcome)" }
  }
}
