import Basics
import LabelChange
import Testing

@Suite("The length that a backend is to get")
struct ResizeTargetTests {
  @Test(
    "as people write it",
    arguments: [
      ("64M", 64 << 20), ("+16M", 144 << 20), ("-16M", 112 << 20), ("\u{2212}16M", 112 << 20), ("0x4000", 0x4000),
      ("-128M", nil), ("+16383P", nil), ("0", nil), ("8192P", nil),
    ] as [(String, UInt64?)])
  func size(text: String, size: UInt64?) throws {
    #expect(try ResizeTarget(parsing: text).size(from: 128 << 20) == size)
  }

  @Test("and not otherwise", arguments: ["", "+", "-", "--16M", "+-16M", "16X", "+1.5", "16384P", "x"])
  func malformed(text: String) {
    #expect(throws: ByteCountError.self) { try ResizeTarget(parsing: text) }
  }
}
