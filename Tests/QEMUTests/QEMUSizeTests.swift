import QEMU
import Testing

@Suite("Sizes as QEMU reads them")
struct QEMUSizeTests {
  /// Observed with QEMU 7.2 (`memory-backend-ram,size=…`).
  @Test(arguments: [
    ("64M", 0x400_0000), ("64m", 0x400_0000), ("0x4000000", 0x400_0000), ("0x20K", 0x8000), ("010", 10),
    ("1.5M", 0x18_0000), ("1.5K", 0x600), ("5.M", 0x50_0000), ("1.0000001M", 0x10_0000), (" 64M", 0x400_0000),
    ("1B", 1), ("15E", 0xf000_0000_0000_0000), ("0", 0), ("18446744073709551615", UInt64.max),
  ])
  func accepted(text: String, bytes: UInt64) {
    #expect(QEMUSize.bytes(text) == bytes)
  }

  @Test(arguments: [
    "", "-1", "abc", "64X", "64MB", "64MiB", "0x", "1e6", ".5M", "0x1.8M", "16E", "15.9999999999E1",
    "18446744073709551616", "64M ", "1ß", "1\u{301}", "٣",
  ])
  func refused(text: String) {
    #expect(QEMUSize.bytes(text) == nil)
  }

  @Test("a unit of the caller's stands in for a missing suffix")
  func unit() {
    #expect(QEMUSize.bytes("256", unit: "M") == 256 << 20)
    #expect(QEMUSize.bytes("256K", unit: "M") == 256 << 10)
  }
}
