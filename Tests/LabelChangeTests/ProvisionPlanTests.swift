import Basics
import FoundationEssentials
import LabelChange
import PersistentMemory
import TestSupport
import Testing

@Suite("The plan of namespaces")
struct ProvisionPlanTests {
  private static func plan(
    _ namespaces: [String], region: UInt64 = 256 << 20, labelSize: UInt64 = 128 << 10,
    version: LabelVersion = .v1_2, slot: Int = 0
  ) throws -> ProvisioningPlan {
    let geometry = try BackendGeometry(mappedSize: region + labelSize, labelSize: labelSize)
    return try ProvisioningPlan(
      namespaces.map { try NamespaceSpecification(parsing: $0) },
      for: ProvisioningTarget(geometry: geometry, version: version, slot: slot))
  }

  /// As Linux 6.1.192 and ndctl 76.1 made them, in this order, in a region of 4 GiB at 4 GiB.
  @Test("sizes of all that ndctl can make")
  func sizes() throws {
    let plan = try Self.plan(
      [
        "sector,sector-size=520,size=32M", "sector,sector-size=528,size=32M", "sector,size=32M",
        "fsdax,align=4K,size=64M", "devdax,align=4K,size=64M", "devdax,align=4K,map=mem,size=64M",
        "raw,sector-size=4096,size=32M", "fsdax,sector-size=4096,size=32M", "devdax,align=1G,size=2G",
      ], region: 4 << 30)
    #expect(
      plan.namespaces.map(\.size) == [
        29_464_064, 29_464_064, 32_444_416, 65_011_712, 65_011_712, 65_011_712, 33_554_432, 31_457_280, 1_073_741_824,
      ])
    // The last namespace starts 352 MiB into the region; its data starts at the next multiple of 1 GiB.
    #expect(plan.namespaces.last?.dpa == 352 << 20)
    #expect(plan.namespaces.last?.dataOffset == 1 << 30)
  }

  @Test("where data begins")
  func dataOffsets() throws {
    let plan = try Self.plan(["raw,size=32M", "sector,size=32M", "fsdax,size=64M,map=mem", "devdax"])
    let mib: UInt64 = 1 << 20
    #expect(plan.namespaces.map(\.dpa) == [0, 32 * mib, 64 * mib, 128 * mib])
    #expect(plan.namespaces.map(\.rawSize) == [32 * mib, 32 * mib, 64 * mib, 128 * mib])
    // 64 bytes for each of 32766 pages and 8 KiB are a little more than 2 MiB.
    #expect(plan.namespaces.map(\.dataOffset) == [0, nil, 66 * mib, 132 * mib])
  }

  @Test("a table of several arenas has info blocks and a log in each")
  func arenas() throws {
    let plan = try Self.plan(["sector,sector-size=512"], region: (1 << 40) + (32 << 20), version: .v1_1)
    let blocks = plan.writes.filter { InfoBlock.Signature(of: $0.bytes) == .btt }
    let next = blocks.map { $0.bytes.load(UInt64.self, at: 80) }
    #expect(next == [1 << 39, 1 << 39, 1 << 39, 1 << 39, 0, 0])
    #expect(
      blocks.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element.offset) == [
        4096, 4096 + 1 << 39, 4096 + 1 << 40,
      ])
    // The last backup is the last page of the namespace.
    #expect(blocks.last?.offset == (1 << 40) + (32 << 20) - 4096)
    #expect(plan.writes.count == 9 + 2)
  }

  @Test("writes do not overlap, lie in the region or the label area, and leave labels without fault")
  func writesAreApart() throws {
    var generator = SeededGenerator(fuzzing: "provisioning plans")
    for _ in 0..<200 {
      let count = Int.random(in: 1...8, using: &generator)
      var namespaces = (0..<count).map { _ in
        let mode = NamespaceMode.allCases.randomElement(using: &generator) ?? .raw
        let sectorSize = mode.sectorSizes.randomElement(using: &generator) ?? 512
        return "\(mode),size=\(Int.random(in: 2...40, using: &generator) * 16)M,sector-size=\(sectorSize)"
      }
      if Bool.random(using: &generator) { namespaces.append("fsdax,align=4K") }
      let version = [LabelVersion.v1_1, .v1_2].randomElement(using: &generator) ?? .v1_2
      let plan = try Self.plan(
        namespaces, region: 6 << 30, version: version,
        slot: Int.random(in: 0...255, using: &generator))
      let geometry = plan.target.geometry
      let ranges = plan.writes.map { $0.offset..<$0.offset + UInt64($0.bytes.count) }.sorted {
        $0.lowerBound < $1.lowerBound
      }
      for (first, second) in zip(ranges, ranges.dropFirst()) { #expect(first.upperBound <= second.lowerBound) }
      for namespace in plan.namespaces { #expect(namespace.dpa + namespace.rawSize <= geometry.regionSize) }
      #expect(ranges.allSatisfy { $0.upperBound <= geometry.mappedSize })
      let dimm = LabelledDIMM(
        regionSize: geometry.regionSize, cookie: InterleaveSetCookie(virtualSlot: plan.target.slot))
      #expect(LabelVerification(try plan.area, dimm: dimm).findings.isEmpty)
      // The last write makes the namespaces appear.
      #expect(plan.writes.last?.offset == geometry.labelOffset)
    }
  }

  @Test("a uuid that is given is that of the label and of what stands on it")
  func uuids() throws {
    let text = "01234567-89ab-cdef-0123-456789abcdef"
    let plan = try Self.plan(["raw,size=16M", "fsdax,uuid=\(text),size=32M", "sector"])
    #expect(plan.namespaces[1].uuid.lowercased == text && plan.namespaces[1].labelUUID.lowercased == text)
    #expect(plan.namespaces[0].uuid == plan.namespaces[0].labelUUID)
    #expect(Set(plan.namespaces.flatMap { [$0.uuid, $0.labelUUID] }).count == 4)
  }

  @Test("no namespaces: an empty area")
  func none() throws {
    let plan = try Self.plan([])
    #expect(plan.namespaces.isEmpty && plan.writes.count == 1)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let namespaces: [String]
    let message: String
    var region: UInt64 = 256 << 20
    var version = LabelVersion.v1_2
    var slot = 0
    var testDescription: String { namespaces.joined(separator: " ") }
  }

  static let refusals = [
    Refusal(
      namespaces: ["raw", "fsdax,size=64M"],
      message: "namespace 1 (raw): needs size=; only the last namespace can take what is left"),
    Refusal(
      namespaces: ["raw,size=128M", "fsdax,size=144M"],
      message: "namespace 2 (fsdax): does not fit (stored 150994944 bytes (144 MiB), expected at most "
        + "128 MiB, what is left of the 256 MiB available to namespaces)"),
    Refusal(
      namespaces: ["raw,size=256M", "fsdax"],
      message: "namespace 2 (fsdax): nothing is left of the 256 MiB available to namespaces"),
    Refusal(
      namespaces: ["raw"], message: "namespace 1 (raw): the region is too small for any namespace",
      region: 12 << 20),
    Refusal(
      namespaces: ["raw,size=24M"],
      message: "namespace 1 (raw): misaligned (stored 25165824 bytes (24 MiB), expected a multiple of 16 MiB)"),
    Refusal(
      namespaces: ["devdax,align=1G"],
      message: "namespace 1 (devdax): misaligned (stored 268435456 bytes (256 MiB), expected a multiple of 1 GiB)"),
    Refusal(
      namespaces: ["fsdax,align=1G"],
      message: "namespace 1 (fsdax): nothing is left for data of 1 GiB with an "
        + "alignment of 1 GiB", region: 1 << 30),
    // Linux: `btt0.0: failed to enable`; the table needs 16 MiB behind its first page.
    Refusal(
      namespaces: ["sector,size=16M"],
      message: "namespace 1 (sector): no room for a translation table (stored 16777216 bytes (16 MiB), "
        + "expected at least 32 MiB)", version: .v1_1),
    Refusal(
      namespaces: ["raw,size=1P", "sector,size=1T"],
      message: "namespace 2 (sector): ends too far in the region (stored 1126999418470400 bytes (1025 TiB), "
        + "expected at most 1 PiB)", region: 1 << 52),
    Refusal(
      namespaces: [
        "raw,size=16M,uuid=01234567-89ab-cdef-0123-456789abcdef", "raw,uuid=01234567-89AB-CDEF-0123-456789ABCDEF",
      ],
      message: "uuid 01234567-89ab-cdef-0123-456789abcdef is given to two namespaces"),
    Refusal(namespaces: ["raw"], message: "slot 256 does not exist (expected 0 to 255)", slot: 256),
    Refusal(
      namespaces: ["raw"], message: "no namespaces can be made with labels of version 2.1", version: .cxl2_1),
    // There are 510 slots, one of which Linux keeps free.
    Refusal(
      namespaces: Array(repeating: "raw,size=16M", count: 510),
      message: "too many namespaces for the label area (stored 510, expected at most 509)", region: 16 << 30),
  ]

  @Test("each impossible wish has its own message", arguments: refusals)
  func refused(refusal: Refusal) throws {
    do {
      _ = try Self.plan(refusal.namespaces, region: refusal.region, version: refusal.version, slot: refusal.slot)
      Issue.record("it was taken")
    } catch { #expect("\(error)" == refusal.message) }
  }

  @Test("a region without a label area holds one, which takes all of it and has no name")
  func unlabelled() throws {
    let target = try ProvisioningTarget(geometry: BackendGeometry(mappedSize: 64 << 20))
    for texts in [["raw,name=data"], ["raw,sector-size=4096"], ["fsdax,size=32M"], ["raw,size=32M", "raw"]] {
      #expect(throws: ProvisioningError.noLabelArea) {
        try ProvisioningPlan(texts.map { try NamespaceSpecification(parsing: $0) }, for: target)
      }
    }
    let namespace = try ProvisioningPlan([NamespaceSpecification(parsing: "fsdax")], for: target).namespaces[0]
    #expect(namespace.dataOffset == 2 << 20 && namespace.size == 62 << 20 && namespace.uuid == .zero)
  }
}
