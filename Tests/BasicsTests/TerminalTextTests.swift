import Basics
import Testing

@Suite("Text that a terminal does not obey")
struct TerminalTextTests {
  @Test(arguments: [
    ("nv.img", "nv.img"), ("größe", "größe"), ("\u{1b}[31m", "\\u{1b}[31m"), ("a\nb\tc", "a\\u{a}b\\u{9}c"),
    ("csi\u{9b}31m", "csi\\u{9b}31m"), ("rlo\u{202e}gmi", "rlo\\u{202e}gmi"),
    ("\u{200b}\u{2028}\u{7f}", "\\u{200b}\\u{2028}\\u{7f}"),
  ])
  func escaped(text: String, expected: String) { #expect(text.escapedForTerminal == expected) }

  @Test("lines and columns stay where a text has them") func lines() {
    #expect("a\nb\tc\r\u{9b}".linesEscapedForTerminal == "a\nb\tc\\u{d}\\u{9b}")
  }

  @Test("JSON says the same") func json() {
    let text = JSONValue.text("\u{9b}\u{202e}\u{e0001}\u{7f}ü")
    #expect(text.formatted() == #""\u009b\u202e\udb40\udc01\u007fü""#)
  }

  @Test(
    "a shell reads what it is shown",
    arguments: [
      ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("a\nb", "$'a\\012b'"), ("\u{202e}", "$'\\342\\200\\256'"),
      ("'\u{1b}\\", "$'\\'\\033\\\\'"),
    ])
  func shell(text: String, expected: String) { #expect(text.shellQuoted == expected) }
}
