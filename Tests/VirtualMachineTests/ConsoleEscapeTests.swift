import Testing
import VirtualMachine

/// The keys after Ctrl-A, as on QEMU's console.
@Suite("Console keys")
struct ConsoleEscapeTests {
  static let cases: [(String, [ConsoleEscape.Key])] = [
    ("abc", [.input(Array("abc".utf8))]),
    ("\u{1}x", [.command(.quit)]),
    ("a\u{1}Xb", [.input([0x61]), .command(.quit), .input([0x62])]),
    ("\u{1}c", [.command(.monitor)]),
    ("\u{1}h\u{1}?", [.command(.help), .command(.help)]),
    ("\u{1}\u{1}", [.input([1])]),
    ("\u{1}a", [.input([1])]),
    ("\u{1}z", []),
    ("", []),
  ]

  @Test(arguments: cases)
  func keys(typed: String, expected: [ConsoleEscape.Key]) {
    var escape = ConsoleEscape()
    #expect(escape.read(Array(typed.utf8)) == expected)
  }

  @Test("a prefix at the end of one read counts for the next")
  func split() {
    var escape = ConsoleEscape()
    #expect(escape.read([0x61, 0x01]) == [.input([0x61])])
    #expect(escape.read([0x78]) == [.command(.quit)])
  }
}
