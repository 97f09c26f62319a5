import Basics
import Firmware
import Foundation
import TestSupport
import Testing

/// Runs the tables in ACPICA's interpreter, which is also Linux's, with `acpiexec`.
///
/// acpiexec simulates memory, and nothing answers the doorbell, so the window keeps what a method wrote: the handle is
/// then read as the length of the result, and the argument as the result.
@Suite struct AMLExecutionTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let tables = try ACPITables(
      machine: ACPIMachine(
        ram: [MemoryRange(base: 0, length: 0x800_0000)], slots: 256,
        deviceMemory: MemoryRange(base: 0x1_0000_0000, length: 0x1_0000_0000)))
    for name in ["DSDT", "SSDT"] {
      try Data(#require(tables[name]).bytes).write(to: folder.url.appendingPathComponent(name))
    }
  }

  /// Returns the lines that acpiexec printed.
  private func run(_ commands: String..., options: [String] = []) throws -> [String] {
    let batch = commands.map { "execute \\_SB.\($0)" }.joined(separator: ";")
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/acpiexec"),
      options + ["-b", batch, folder.path("DSDT"), folder.path("SSDT")])
    #expect(run.status == 0)
    let lines = run.output.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    // Not every "ACPI Error" counts: acpiexec itself lacks the room to print a result of 64 KiB.
    let faults = lines.filter { $0.hasPrefix("ACPI Error: Aborting method") || $0.hasPrefix("ACPI Warning") }
    #expect(faults.isEmpty)
    return lines
  }

  /// Returns the result of the last command as acpiexec prints it, in one line. Buffers are cut to their length,
  /// because acpiexec pads their last line.
  private func result(_ lines: [String]) throws -> String {
    let returned = try #require(lines.lastIndex { $0.contains(" returned object ") })
    let parts = lines[(returned + 1)...].prefix { !$0.hasPrefix("ACPI:") }.map { line in
      line.prefix { $0 != "/" }.split(separator: " ").joined(separator: " ")
    }
    let text = parts.joined(separator: " ")
    guard let length = text.firstMatch(of: /Length ([0-9A-F]+) =/), let count = Int(length.1, radix: 16) else {
      return text
    }
    let end = length.range.upperBound
    let words: [Substring] = text[end...].split(separator: " ")
    return text[..<end] + words.filter { $0.count == 2 }.prefix(count).map { " " + $0 }.joined()
  }

  private static let leaf = "(30 AC 09 43 11 0D E4 11 91 91 08 00 20 0C 9A 66)"
  private static let root = "(A4 E7 10 2F 91 9E E4 11 89 D3 12 3B 93 F7 5C BA)"

  @Test(
    "_DSM",
    arguments: [
      // Handle 8: the argument comes back.
      ("NVDR.NV07._DSM \(leaf) 1 5 [(01 02 03 04 05 06 07 08)]", "[Buffer] Length 08 = 01 02 03 04 05 06 07 08"),
      // Handle 20: beyond the field of 16 bytes.
      (
        "NVDR.NV13._DSM \(leaf) 1 6 [(\(String(repeating: "AB ", count: 20)))]",
        "[Buffer] Length 14 = \(String(repeating: "AB ", count: 16))AB AB AB AB"
      ),
      // A package that holds no buffer means no argument.
      ("NVDR.NV07._DSM \(leaf) 1 0 [5]", "[Buffer] Length 08 = 00 00 00 00 00 00 00 00"),
      // Other interfaces or revisions are answered without the VMM.
      ("NVDR.NV07._DSM \(root) 1 0 [0]", "[Buffer] Length 01 = 00"),
      ("NVDR.NV07._DSM \(root) 1 4 [0]", "[Buffer] Length 04 = 01 00 00 00"),
      ("NVDR.NV07._DSM \(leaf) 3 0 [0]", "[Buffer] Length 01 = 00"),
      // The functions of revision 2 likewise.
      ("NVDR.NV07._DSM \(leaf) 2 0 [0]", "[Buffer] Length 04 = 01 F0 FF 1F"),
      ("NVDR.NV07._DSM \(leaf) 2 5 [(01 02 03 04 05 06 07 08)]", "[Buffer] Length 08 = 01 02 03 04 05 06 07 08"),
      ("NVDR.NV07._DSM \(leaf) 0 5 [0]", "[Buffer] Length 04 = 01 00 00 00"),
      ("NVDR._DSM \(leaf) 1 0 [0]", "[Buffer] Length 01 = 00"),
      ("NVDR._DSM \(leaf) 1 1 [0]", "[Buffer] Length 04 = 01 00 00 00"),
      ("NVDR._DSM \(root) 2 0 [0]", "[Buffer] Length 01 = 00"),
      ("NVDR._DSM \(root) 1 0 [0]", "[Buffer] Length 04 = BF 03 00 00"),
      // Handle 0: an empty result.
      ("NVDR._DSM \(root) 1 1 [(01 02)]", "[Buffer] Length 00 ="),
    ])
  func deviceSpecific(command: String, expected: String) throws {
    #expect(try result(run(command)) == expected)
  }

  @Test("_LSI gives a package of three integers") func labelInformation() throws {
    let text = try run("NVDR.NV0B._LSW 0x11223344 0x55 (00)", "NVDR.NV0B._LSI")
    #expect(
      try result(text)
        == "[Package] Contains 3 Elements: [Integer] = 0000000011223344 [Integer] = 0000000000000000 [Integer] = 0000000000000055"
    )
  }

  @Test("_LSR gives a status and a buffer, however short") func labelRead() throws {
    let text = try run("NVDR.NV0B._LSR 0x11223344 8")
    #expect(
      try result(text)
        == "[Package] Contains 2 Elements: [Integer] = 0000000011223344 [Buffer] Length 08 = 00 00 00 00 08 00 00 00")
  }

  @Test("_LSR gives a buffer also where it failed") func failedLabelRead() throws {
    let text = try run("NVDR.NV03._LSR 1 0x1000")
    #expect(
      try result(text) == "[Package] Contains 2 Elements: [Integer] = 0000000000000001 [Buffer] Length 00 =")
  }

  @Test("_LSW gives an integer") func labelWrite() throws {
    let text = try run("NVDR.NV03._LSW 0x1234 4 (01 02 03 04)")
    #expect(try result(text) == "[Integer] = 0000000000001234")
  }

  @Test("_FIT gives a buffer") func interfaceTable() throws {
    #expect(try result(run("NVDR._FIT")) == "[Buffer] Length 00 =")
  }

  /// acpiexec reads zeros from every port, so the status register is moved to memory filled with ones.
  @Test(
    "the event device tells the NVDIMM root device, once of what is plugged and once of errors, and the power button")
  func events() throws {
    var dsdt = try [UInt8](Data(contentsOf: folder.url.appendingPathComponent("DSDT")))
    // OperationRegion (EVIO, SystemIO, ...)
    let space = try #require(dsdt.firstRange(of: [0x5B, 0x80] + [UInt8]("EVIO".utf8))).upperBound
    dsdt[space] = 0
    dsdt[SystemTable.checksum] &+= 1
    try Data(dsdt).write(to: folder.url.appendingPathComponent("DSDT"))
    let told = try notifications("GED._EVT 9", options: ["-fv", "0xFF"])
    // Handle 0xFFFF belongs to no DIMM. acpiexec delivers each notification from a thread of its own, in any order.
    #expect(told.sorted() == ["NVDR 80", "NVDR 81", "PWRB 80"])
  }

  @Test("the device of a DIMM is told of its health", arguments: [(1, "NV00"), (0xB, "NV0A"), (256, "NVFF")])
  func health(handle: Int, name: String) throws {
    #expect(try notifications("NVDR.NHEA \(handle)") == ["\(name) 81"])
  }

  /// Returns the notifications that `command` causes.
  private func notifications(_ command: String, options: [String] = []) throws -> [String] {
    try run(command, options: options).compactMap { line in
      line.firstMatch(of: /Received a Device Notify on \[(\w+)\] .* Value 0x(\w\w)/).map { "\($0.1) \($0.2)" }
    }
  }

  /// The cost that `MethodWindow` states: the memory accesses of one request.
  @Test(arguments: [
    // Four for the header, one for the length of the result, and then eight bytes each.
    ("NVDR.NV0B._DSM \(leaf) 1 4 [0]", 5 + 2),
    ("NVDR.NCAL 12 0 5 (01 02 03 04 05 06 07 08) 1", 5 + 2 + 2),
    ("NVDR.NCAL 260 0 5 (01 02 03 04 05 06 07 08) 1", 5 + 2 + 34),
    ("NVDR.NCAL 65540 0 5 (01 02 03 04 05 06 07 08) 1", 5 + 2 + 8194),
  ])
  func accesses(command: String, expected: Int) throws {
    let text = try run(command, options: ["-vr"])
    #expect(text.count { $0.hasPrefix("AcpiExec: SystemMemory") } == expected)
    #expect(text.count { $0.hasPrefix("AcpiExec: Region access on SpaceId 01") } == 1)
  }
}
