import Basics
import Firmware
import Foundation
import TestSupport
import Testing

/// Compares the tables with their sources: ASL for tables with AML, the specification's layouts for the others.
@Suite struct ACPITableBytesTests {
  private let tables: ACPITables

  init() throws {
    tables = try ACPITables(
      machine: ACPIMachine(
        processorNodes: [0, 0], ram: [MemoryRange(base: 0, length: 0x800_0000)], slots: 2,
        deviceMemory: MemoryRange(base: 0x1_0000_0000, length: 0x1_0000_0000), serialPorts: 4))
  }

  @Test("the ASL under Tests/Corpus/acpi compiles to our table", arguments: ["DSDT", "SSDT"])
  func asl(name: String) throws {
    let folder = try TemporaryDirectory()
    let source = folder.url.appendingPathComponent("\(name).asl")
    try Corpus.data("acpi/\(name).asl").write(to: source)
    let compiled = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/iasl"), ["-p", folder.path("table"), source.path], in: folder.url)
    #expect(compiled.text.contains("0 Errors, 0 Warnings"), "\(compiled.text)")
    let expected = try [UInt8](Data(contentsOf: folder.url.appendingPathComponent("table.aml")))
    let ours = try #require(tables[name]).bytes
    // iasl puts its own name and version into the header.
    #expect(ours[36...] == expected[36...])
    #expect(ours[SystemTable.revision] == expected[SystemTable.revision])
  }

  @Test func rsdp() throws {
    let xsdt = try #require(tables["XSDT"]).address
    let rsdp = try #require(tables["RSDP"]).bytes
    // Signature, checksum, OEM id, revision 2, no RSDT, length 36
    #expect(rsdp[..<8] == [UInt8]("RSD PTR ".utf8)[...])
    #expect(rsdp[9..<15] == [UInt8]("VNVDMM".utf8)[...])
    #expect(rsdp[15..<24] == bytes(hex: "02 00000000 24000000")[...])
    #expect(rsdp.load(UInt64.self, at: 24) == xsdt)
  }

  /// Every byte of the FADT behind the header that is not 0.
  @Test func fadt() throws {
    let fadt = try #require(tables["FACP"]).bytes
    #expect(fadt.count == 276)
    #expect(fadt[8] == 6)
    var expected = [UInt8](repeating: 0, count: 276)
    // 109 IAPC_BOOT_ARCH: no VGA, no CMOS clock, and no 8042
    expected[109] = 0x24
    // 112 flags: WBINVD, no fixed buttons, reset register, hardware-reduced
    expected.replaceSubrange(112..<116, with: bytes(hex: "31041000"))
    // 116 RESET_REG: I/O, 8 bits, byte access, port 0x0A22; 128 its value; 131 minor version
    expected.replaceSubrange(116..<132, with: bytes(hex: "01080001 220A000000000000 01 0000 05"))
    // 140 X_DSDT
    expected.store(try #require(tables["DSDT"]).address, at: 140)
    // 244 SLEEP_CONTROL_REG, port 0x0A20; 256 SLEEP_STATUS_REG, port 0x0A21
    expected.replaceSubrange(244..<268, with: bytes(hex: "01080001 200A000000000000 01080001 210A000000000000"))
    #expect(fadt[36...] == expected[36...])
  }

  /// The value that Linux writes to the sleep control register to power off: SLP_EN and SLP_TYP of `\_S5`.
  @Test func powerOff() {
    #expect(GuestPlatform.powerOffValue == 0x34)
  }

  @Test func madt() throws {
    let expected =
      // Local APIC address, no flags
      "0000E0FE 00000000"
      // Local APICs of processors 0 and 1: type, length, uid, id, enabled
      + "00 08 00 00 01000000  00 08 01 01 01000000"
      // I/O APIC 0: type, length, id, reserved, address, first interrupt
      + "01 0C 00 00 0000C0FE 00000000"
    #expect([UInt8](try #require(tables["APIC"]).bytes[36...]) == bytes(hex: expected))
  }

  @Test func srat() throws {
    let expected =
      "01000000 0000000000000000"
      // Processors: type, length, domain, APIC id, enabled, no SAPIC id, upper domain, clock domain
      + "00 10 00 00 01000000 00 000000 00000000  00 10 00 01 01000000 00 000000 00000000"
      // RAM: type, length, domain, reserved, base, length, reserved, enabled, reserved
      + "01 28 00000000 0000 0000000000000000 00000A0000000000 00000000 01000000 0000000000000000"
      + "01 28 00000000 0000 0000100000000000 0000F00700000000 00000000 01000000 0000000000000000"
      // The window for memory devices: enabled, hot-pluggable
      + "01 28 00000000 0000 0000000001000000 0000000001000000 00000000 03000000 0000000000000000"
    #expect([UInt8](try #require(tables["SRAT"]).bytes[36...]) == bytes(hex: expected))
  }
}
