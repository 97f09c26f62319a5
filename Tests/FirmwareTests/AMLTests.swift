import Firmware
import FoundationEssentials
import Testing

/// The expected bytes are those that iasl generates for the ASL above them, or follow from the encoding rules of ACPI
/// 6.5, chapter 20.
@Suite struct AMLTests {
  @Test(arguments: [
    (UInt64(0), "00"), (1, "01"), (2, "0A02"), (0xFF, "0AFF"), (0x100, "0B0001"), (0xFFFF, "0BFFFF"),
    (0x1_0000, "0C00000100"), (0xFFFF_FFFF, "0CFFFFFFFF"), (0x1_0000_0000, "0E0000000001000000"), (.max, "FF"),
  ])
  func integer(value: UInt64, expected: String) {
    #expect(value.encoded == bytes(hex: expected))
  }

  @Test(arguments: [
    ("\\", "5C00"), ("_SB", "5F53425F"), ("\\_SB", "5C5F53425F"), ("^NV00", "5E4E563030"),
    ("\\_SB.NVDR", "5C2E5F53425F4E564452"), ("_SB.NVDR.A", "2F035F53425F4E564452415F5F5F"),
  ])
  func path(text: String, expected: String) {
    #expect(AML.Path(text).encoded == bytes(hex: expected))
  }

  /// A package length counts its own bytes: one up to 63, two up to 4095, three up to 2^20 - 1 (ACPI 6.5, 20.2.4).
  @Test(arguments: [
    (0, "1102 00", 3), (60, "113F 0A3C", 64), (61, "114104 0A3D", 66), (4090, "114F FF 0BFA0F", 4096),
    (4091, "118100 01 0BFB0F", 4098), (65552, "1188 0110 0C10000100", 65561),
  ])
  func packageLength(count: Int, start: String, total: Int) {
    let buffer = AML.Buffer([UInt8](repeating: 0xEE, count: count)).encoded
    #expect([UInt8](buffer.prefix(bytes(hex: start).count)) == bytes(hex: start))
    #expect(buffer.count == total)
  }

  @Test func device() {
    // Device (PWRB) { Name (_HID, EisaId ("PNP0C0C")) }
    let button = AML.Device("PWRB") { AML.Name("_HID", AML.eisaID("PNP0C0C")) }
    #expect(button.encoded == bytes(hex: "5B820F 50575242 085F484944 0C41D00C0C"))
  }

  @Test func scopeAndText() {
    // Scope (\_SB) { Name (_HID, "AB") }
    let scope = AML.Scope("\\_SB") { AML.Name("_HID", "AB" as AML.Text) }
    #expect(scope.encoded == bytes(hex: "100F 5C5F53425F 085F484944 0D414200"))
  }

  @Test func method() {
    // Method (_LSR, 2, Serialized) { Return (NLSR (0x0A, Arg0, Arg1)) }
    let method = AML.Method("_LSR", arguments: 2, serialized: true) {
      AML.Return(AML.call("NLSR", 10, AML.arg(0), AML.arg(1)))
    }
    #expect(method.encoded == bytes(hex: "140F 5F4C5352 0A A44E4C53520A0A6869"))
  }

  @Test func ifElse() {
    // If ((Local0 <= 0x10)) { Local1 = DAT0 } Else { Local1 = DAT1 }
    let choice = AML.If(AML.lessOrEqual(AML.local(0), 16)) {
      AML.store("DAT0" as AML.Path, to: AML.local(1))
    } else: {
      AML.store("DAT1" as AML.Path, to: AML.local(1))
    }
    #expect(choice.encoded == bytes(hex: "A00C 9294600A10 704441543061 A107 704441543161"))
  }

  @Test func regionAndFields() {
    // OperationRegion (NWIN, SystemMemory, 0xFE080000, 0x00011000)
    let region = AML.OperationRegion("NWIN", .systemMemory, offset: 0xFE08_0000, length: 0x1_1000)
    #expect(region.encoded == bytes(hex: "5B80 4E57494E 00 0C000008FE 0C00100100"))
    // Field (NWIN, QWordAcc, NoLock, Preserve) { Offset (0x10), DAT6, 524416 }
    let fields = AML.FieldList("NWIN", .qword, .skip(bits: 128), .unit("DAT6", bits: 524_416))
    #expect(fields.encoded == bytes(hex: "5B8110 4E57494E 04 004008 44415436 800880"))
  }

  @Test func expressions() {
    // ToInteger (Mid (Local0, 0x04, 0x04))
    #expect(AML.toInteger(AML.mid(AML.local(0), 4, 4)).encoded == bytes(hex: "999E600A040A040000"))
    // Concatenate (Arg1, Arg2)
    #expect(AML.concatenate(AML.arg(1), AML.arg(2)).encoded == bytes(hex: "73696A00"))
    // Local1 [One] = Local0
    #expect(AML.store(AML.local(0), to: AML.index(AML.local(1), 1)).encoded == bytes(hex: "706088610100"))
    // DerefOf (Arg4 [Zero])
    #expect(AML.derefOf(AML.index(AML.arg(4), 0)).encoded == bytes(hex: "83886C0000"))
    // If ((Arg1 != Local0)) {}
    #expect(AML.If(AML.notEqual(AML.arg(1), AML.local(0))) {}.encoded == bytes(hex: "A005 92936960"))
    // BELL = (Local0 + 0x10)
    #expect(AML.add(AML.local(0), 16, to: "BELL" as AML.Path).encoded == bytes(hex: "72600A1042454C4C"))
    // Notify (NVDR, 0x80)
    #expect(AML.notify("NVDR", 0x80).encoded == bytes(hex: "864E5644520A80"))
    // Package (0x03) { Zero, One, 0x02 }
    #expect(AML.Package(0, 1, 2).encoded == bytes(hex: "1206 03 00 01 0A02"))
  }

  @Test func uuid() throws {
    // ToUUID ("4309ac30-0d11-11e4-9191-0800200c9a66")
    let uuid = try #require(UUID(uuidString: "4309AC30-0D11-11E4-9191-0800200C9A66"))
    #expect(AML.toUUID(uuid).encoded == bytes(hex: "1113 0A10 30AC0943110DE411 91910800200C9A66"))
  }

  @Test func resources() {
    // ResourceTemplate () {
    //   IO (Decode16, 0x03F8, 0x03F8, 0x01, 0x08)
    //   Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive, ,, ) { 4 }
    // }
    let template = AML.ResourceTemplate(.io(0x3F8, count: 8), .interrupt(4))
    #expect(template.encoded == bytes(hex: "1116 0A13 4701F803F8030108 890600030104000000 7900"))
  }

  @Test func external() {
    // External (\_SB.NVDR, DeviceObj)
    #expect(AML.External(.device("\\_SB.NVDR")).encoded == bytes(hex: "A00F 00 15 5C2E5F53425F4E564452 06 00"))
  }
}
