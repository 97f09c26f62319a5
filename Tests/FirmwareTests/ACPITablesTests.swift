import Basics
import Firmware
import Foundation
import PersistentMemory
import TestSupport
import Testing

@Suite struct ACPITablesTests {
  private static let large = ACPIMachine(
    processorNodes: (0..<300).map { UInt32($0 / 150) },
    ram: [
      MemoryRange(base: 0, length: 0xC000_0000),
      MemoryRange(base: 0x1_0000_0000, length: 0x10_0000_0000, node: 1),
    ],
    dimms: (0..<256).map {
      NVDIMMDescription(
        slot: $0, base: 0x20_0000_0000 + UInt64($0) << 30, length: 1 << 30, node: UInt32($0 % 2),
        flushHint: GuestPlatform.flushHint(slot: $0))
    }, slots: 256, deviceMemory: MemoryRange(base: 0x20_0000_0000, length: 0x80_0000_0000, node: 1), persistence: .cpu)

  private static let machines: [(String, ACPIMachine)] =
    RecordedMachine.all.map { ($0.name, $0.machine) } + [
      ("no slots", ACPIMachine(ram: [MemoryRange(base: 0, length: 0x800_0000)])),
      (
        "slots, nothing plugged",
        ACPIMachine(
          processorNodes: [0, 0], ram: [MemoryRange(base: 0, length: 0x800_0000)], slots: 3,
          deviceMemory: MemoryRange(base: 0x1_0000_0000, length: 0x1_0000_0000), serialPorts: 4)
      ),
      ("256 slots and 300 vCPUs", large),
    ]

  @Test("tables are whole, disjoint, in their place and point at each other", arguments: machines)
  func placement(name: String, machine: ACPIMachine) throws {
    let tables = try ACPITables(machine: machine)
    let rsdp = try #require(tables["RSDP"])
    #expect(rsdp.address == 0xE_0000)
    #expect(rsdp.bytes[..<20].reduce(0, &+) == 0)
    #expect(rsdp.bytes.reduce(0, &+) == 0)

    var end = GuestPlatform.tables.lowerBound
    for table in tables.all.dropFirst() {
      #expect(table.address >= end)
      end = table.address + UInt64(table.bytes.count)
      #expect(end <= GuestPlatform.tables.upperBound)
      #expect(String(decoding: table.bytes[SystemTable.signature], as: UTF8.self) == table.name)
      #expect(Int(table.bytes[SystemTable.length]) == table.bytes.count)
      #expect(table.bytes.reduce(0, &+) == 0)
    }

    let xsdt = try #require(tables["XSDT"])
    #expect(rsdp.bytes.load(UInt64.self, at: 24) == xsdt.address)
    let listed = stride(from: 36, to: xsdt.bytes.count, by: 8).map { xsdt.bytes.load(UInt64.self, at: $0) }
    let expected = tables.all.filter { !["RSDP", "XSDT", "DSDT"].contains($0.name) }.map(\.address)
    #expect(listed == expected)
    #expect(tables["FACP"]?.bytes.load(UInt64.self, at: 140) == tables["DSDT"]?.address)
    #expect((tables["SSDT"] != nil) == (machine.slots > 0))
    #expect((tables["NFIT"] != nil) == !machine.dimms.isEmpty)
  }

  @Test("a table that has no room is an error") func excess() {
    let memory: Range<UInt64> = 0x1000..<0x2000
    #expect(throws: ACPITables.Excess.self) { try ACPITables(machine: Self.large, memory: memory) }
  }

  /// Runs iasl -d, then iasl on its output: no error, no warning, and the same bytes again except for the header, into
  /// which iasl puts its own name.
  @Test("iasl disassembles and compiles every table", arguments: machines)
  func compiles(name: String, machine: ACPIMachine) throws {
    let folder = try TemporaryDirectory()
    let iasl = URL(fileURLWithPath: "/usr/bin/iasl")
    for table in try ACPITables(machine: machine).all where table.name != "RSDP" {  // Which iasl does not read.
      let file = folder.url.appendingPathComponent("\(table.name).aml")
      try Data(table.bytes).write(to: file)
      let listing = try ProgramRun(executable: iasl, ["-d", file.path], in: folder.url)
      #expect(listing.status == 0, "\(table.name): \(listing.errors)")
      let again = try ProgramRun(
        executable: iasl, ["-p", folder.path("again"), folder.path("\(table.name).dsl")], in: folder.url)
      #expect(again.status == 0)
      #expect(again.text.contains("0 Errors, 0 Warnings"), "\(table.name): \(again.text)\(again.errors)")
      let bytes = try [UInt8](Data(contentsOf: folder.url.appendingPathComponent("again.aml")))
      #expect(bytes[36...] == table.bytes[36...], "\(table.name)")
    }
  }

  /// The memory affinity entries are QEMU's; only the order of the NVDIMMs differs.
  @Test("memory affinity as QEMU's", arguments: RecordedMachine.all)
  func affinity(recorded: RecordedMachine) throws {
    func memory(_ table: [UInt8]) -> [[UInt8]] {
      var entries: [[UInt8]] = []
      var offset = 48
      while offset < table.count, table[offset + 1] > 1 {
        let entry = [UInt8](table[offset..<offset + Int(table[offset + 1])])
        entries.append(entry)
        offset += entry.count
      }
      return entries.sorted { $0.lexicographicallyPrecedes($1) }
    }
    let ours = try #require(try ACPITables(machine: recorded.machine)["SRAT"])
    let theirs = try memory(recorded.recorded("SRAT"))
    #expect(theirs.count >= 5)
    #expect(memory(ours.bytes) == theirs)
  }
}
