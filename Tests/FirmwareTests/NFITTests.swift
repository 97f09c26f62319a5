import Basics
import Firmware
import Foundation
import PersistentMemory
import TestSupport
import Testing

/// A machine of QEMU 7.2 (q35, 256 MiB) whose tables were dumped.
///
/// The tables are in the folder of the same name under Tests/Corpus/acpi.
struct RecordedMachine: Sendable, CustomTestStringConvertible {
  let name: String
  /// `-m slots=`
  let slots: Int
  /// slot, base, length (the size without the label area), unarmed: from `query-memory-devices`.
  let dimms: [NVDIMMDescription]
  /// The end of the window for memory devices: 4 GiB + maxmem - RAM + 1 GiB a slot.
  let windowEnd: UInt64
  var persistence: PersistenceDomain?

  var testDescription: String { name }

  var machine: ACPIMachine {
    ACPIMachine(
      ram: [MemoryRange(base: 0, length: 0x1000_0000)],
      dimms: dimms, slots: slots, deviceMemory: MemoryRange(base: 0x1_0000_0000, length: windowEnd - 0x1_0000_0000),
      persistence: persistence)
  }

  static let all: [RecordedMachine] = [
    // size=128M
    RecordedMachine(
      name: "01-one-nolabel", slots: 2, dimms: [dimm(0, 0x1_0000_0000, 0x800_0000)], windowEnd: 0x2_7000_0000),
    // size=128M, label-size=128K
    RecordedMachine(
      name: "02-one-label128K", slots: 2, dimms: [dimm(0, 0x1_0000_0000, 0x7FE_0000)], windowEnd: 0x2_7000_0000),
    // 128M; 300M, label-size=128K; 65M, label-size=256K
    RecordedMachine(
      name: "03-three-mixed", slots: 4,
      dimms: [
        dimm(2, 0x1_1ABE_0000, 0x40C_0000), dimm(0, 0x1_0000_0000, 0x800_0000), dimm(1, 0x1_0800_0000, 0x12BE_0000),
      ], windowEnd: 0x2_F000_0000),
    // unarmed=on
    RecordedMachine(
      name: "04-unarmed", slots: 4, dimms: [dimm(0, 0x1_0000_0000, 0x7FE_0000, unarmed: true)],
      windowEnd: 0x2_F000_0000),
    // nvdimm-persistence=cpu
    RecordedMachine(
      name: "05-persistence-cpu", slots: 4, dimms: [dimm(0, 0x1_0000_0000, 0x7FE_0000)], windowEnd: 0x2_F000_0000,
      persistence: .cpu),
    RecordedMachine(
      name: "07-slots8-one", slots: 8, dimms: [dimm(0, 0x1_0000_0000, 0x7FE_0000)], windowEnd: 0x3_F000_0000),
    RecordedMachine(
      name: "08-hotplug-second", slots: 4, dimms: [dimm(0, 0x1_0000_0000, 0x7FE_0000)], windowEnd: 0x2_F000_0000),
  ]

  private static func dimm(_ slot: Int, _ base: UInt64, _ length: UInt64, unarmed: Bool = false) -> NVDIMMDescription {
    NVDIMMDescription(slot: slot, base: base, length: length, isUnarmed: unarmed)
  }

  func recorded(_ table: String) throws -> [UInt8] { try [UInt8](Corpus.data("acpi/\(name)/\(table).aml")) }
}

@Suite struct NFITTests {
  /// Returns the structures of a table by type, each set sorted by its bytes, because QEMU orders DIMMs by a hash of
  /// their ids.
  private func structures(_ bytes: ArraySlice<UInt8>) throws -> [UInt16: [[UInt8]]] {
    var found: [UInt16: [[UInt8]]] = [:]
    var rest = [UInt8](bytes)
    while !rest.isEmpty {
      let length = Int(rest[NFIT.StructureField.length])
      let structure = try #require(length >= 4 ? rest.block(at: 0, count: length) : nil)
      found[rest[NFIT.StructureField.type], default: []].append(structure)
      rest.removeFirst(length)
    }
    return found.mapValues { $0.sorted { $0.lexicographicallyPrecedes($1) } }
  }

  @Test("every structure has QEMU's bytes", arguments: RecordedMachine.all)
  func sameAsQEMU(recorded: RecordedMachine) throws {
    let theirs = try recorded.recorded("NFIT")
    let ours = NFIT(dimms: recorded.dimms, persistence: recorded.persistence).table
    #expect(ours.count == theirs.count)
    #expect(ours[SystemTable.revision] == theirs[SystemTable.revision])
    #expect(try structures(ours[40...]) == structures(theirs[40...]))
  }

  /// Each structure is written out field by field, so that a wrong offset cannot hide behind a wrong fixture.
  @Test func fieldsOfOneDIMM() throws {
    let nfit = NFIT(
      dimms: [
        NVDIMMDescription(
          slot: 2, base: 0x1_1ABE_0000, length: 0x40C_0000, node: 1, isUnarmed: true, flushHint: 0xFEB0_0010)
      ], persistence: .memoryController)
    let expected =
      // Type 0, length 56, index 6, flags 3, reserved, proximity domain 1
      "00003800 06000300 00000000 01000000"
      // 66F0D379-B4F3-4074-AC43-0D3318B78CDB
      + "79d3f066 f3b47440 ac430d33 18b78cdb"
      // base, length, attributes WB and NV
      + "0000be1a 01000000 00000c04 00000000 08800000 00000000"
      // Type 1, length 48, handle 3, physical and region id, range 6, control region 7
      + "01003000 03000000 00000000 06000700"
      // size, offset, base; interleave 0, 1 way, state flags "not armed"
      + "00000c04 00000000 00000000 00000000 00000000 00000000 00000100 08000000"
      // Type 4, length 80, index 7, vendor 8086, device 1, revision 1, no subsystem, nothing valid
      + "04005000 07008680 01000100 00000000 00000000 00000000"
      // serial 0x123458, format interface 0x0301, no block windows
      + "58341200 01030000" + String(repeating: "00000000", count: 12)
      // Type 6, length 24, handle 3, one address
      + "06001800 03000000 01000000 00000000 1000b0fe 00000000"
      // Type 7, length 16, highest capability 1, memory controller
      + "07001000 01000000 02000000 00000000"
    #expect(nfit.structures == bytes(hex: expected))
    #expect(nfit.table[36...] == [0, 0, 0, 0] + nfit.structures[...])
  }

  /// The cookies that Linux computes from these fields (label-format: Fletcher64 over 48 and 16 bytes).
  @Test(arguments: [(0, UInt64(0xBA_9012_0012_B4DC)), (1, 0xBA_901C_0012_B4DD), (3, 0xBA_9030_0012_B4DF)])
  func cookie(slot: Int, expected: UInt64) {
    let control = NFIT(dimms: [NVDIMMDescription(slot: slot, base: 0, length: 4096)]).structures[104...].map { $0 }
    var record = [UInt8](repeating: 0, count: 48)
    record.store(control[NFIT.ControlRegionField.serial], at: 8)
    record.store(control[NFIT.ControlRegionField.vendor], at: 12)
    #expect(Fletcher64.checksum(record) == expected)
  }

  @Test func allSlotsFitOneCallOfFIT() {
    let dimms = (0..<InterleaveSetCookie.virtualSlots).map {
      NVDIMMDescription(
        slot: $0, base: 0x1_0000_0000 + UInt64($0) << 30, length: 1 << 30, flushHint: GuestPlatform.flushHint(slot: $0))
    }
    #expect(NFIT(dimms: dimms, persistence: .cpu).structures.count <= MethodWindow.payloadLimit)
  }
}

/// Returns the bytes that `text` gives in hex; blanks are ignored.
func bytes(hex text: String) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
