import CKVM
import Testing
import VirtualMachine

@Suite("Page tables") struct PageTablesTests {
  /// A page of each size, below tables of 4 and 5 levels that each have one entry.
  @Test("addresses in pages of 4 KiB, 2 MiB and 1 GiB", arguments: [false, true]) func pages(hasFiveLevels: Bool) throws
  {
    var registers = kvm_sregs()
    registers.cs.l = 1
    registers.cr3 = (hasFiveLevels ? 0x9000 : 0x1000) | 0x18
    registers.cr4 = hasFiveLevels ? 1 << 12 : 0
    // The sixth bit: accessed; the highest: not to be executed.
    let present: UInt64 = 0x8000_0000_0000_0021
    let entries: [UInt64: UInt64] = [
      0x9000: 0x1000 | present, 0x1000 + 0x12 * 8: 0x2000 | present,
      0x2000 + 0x34 * 8: 0x3000 | present, 0x2000 + 0x35 * 8: 0x40_0000_0000 | 0x80 | present,
      0x3000 + 0x56 * 8: 0x4000 | present, 0x3000 + 0x57 * 8: 0x1_0020_0000 | 0x80 | present,
      0x4000 + 0x78 * 8: 0x1_0000_5000 | present, 0x4000 + 0x79 * 8: 0x1_0000_6000,
    ]
    let tables = try #require(PageTables(registers))
    func translate(_ indices: [UInt64], _ offset: UInt64) -> UInt64? {
      let page = indices.enumerated().reduce(UInt64(0)) { $0 | $1.element << UInt64(39 - 9 * $1.offset) }
      return tables.translate(page | offset) { entries[$0] }
    }
    #expect(translate([0x12, 0x34, 0x56, 0x78], 0xabc) == 0x1_0000_5abc)
    #expect(translate([0x12, 0x34, 0x57], 0x12_3456) == 0x1_0032_3456)
    #expect(translate([0x12, 0x35], 0x1234_5678) == 0x40_1234_5678)
    // Not present, and no table that can be read.
    #expect(translate([0x12, 0x34, 0x56, 0x79], 0) == nil)
    #expect(translate([0x13], 0) == nil)
  }

  @Test("there are none outside 64-bit mode") func otherModes() { #expect(PageTables(kvm_sregs()) == nil) }
}
