import Basics
import Testing

@Suite("Sizes as people write them")
struct ByteCountTests {
  static let sizes: [(String, UInt64)] = [
    ("0", 0), ("4097", 4097), ("1K", 0x400), ("64M", 0x400_0000), ("64MiB", 0x400_0000), ("64mib", 0x400_0000),
    ("1.5G", 0x6000_0000), ("0x4000000", 0x400_0000), ("0x10K", 0x4000), ("8P", 0x20_0000_0000_0000), ("512B", 512),
    ("18446744073709551615", UInt64.max), ("16383P", 0xfffc_0000_0000_0000),
  ]

  @Test(arguments: sizes)
  func accepted(text: String, bytes: UInt64) throws {
    #expect(try ByteCount(parsing: text).bytes == bytes)
  }

  @Test(arguments: [
    ("", ByteCountError.empty), ("-1", .signed("-1")), ("+1", .signed("+1")), ("1X", .malformed("1X")),
    ("M", .malformed("M")), ("1MB", .malformed("1MB")), ("1 M", .malformed("1 M")), ("1.M", .malformed("1.M")),
    ("1.2.3", .malformed("1.2.3")), ("0x", .malformed("0x")), ("1.1B", .notWhole("1.1B")),
    ("16777216T", .tooLarge("16777216T")), ("16384P", .tooLarge("16384P")),
    ("18446744073709551616", .tooLarge("18446744073709551616")), ("٣K", .malformed("٣K")),
  ])
  func refused(text: String, error: ByteCountError) {
    #expect(throws: error) { try ByteCount(parsing: text) }
  }

  @Test(arguments: [
    (UInt64(0), "0 bytes"), (1, "1 byte"), (4097, "4097 bytes"), (0x400_0000, "64 MiB"), (66977792, "65408 KiB"),
  ])
  func printed(bytes: UInt64, text: String) {
    #expect(ByteCount(bytes).description == text)
  }
}
