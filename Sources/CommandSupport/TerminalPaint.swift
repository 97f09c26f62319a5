import Glibc

/// Colours, where standard output is a terminal that shows them and nobody has asked for none.
///
/// Source: ECMA-48, 8.3.117 (SGR); no-color.org.
package struct TerminalPaint: Sendable {
  private let isOn: Bool

  /// What standard output can show.
  package static var standardOutput: TerminalPaint {
    // Safe: the texts end with NUL, and nobody changes the environment.
    let isRefused = unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
    let isDumb = unsafe getenv("TERM").map { unsafe strcmp($0, "dumb") == 0 } ?? true
    return TerminalPaint(isOn: isatty(STDOUT_FILENO) == 1 && !isRefused && !isDumb)
  }

  package init(isOn: Bool) { self.isOn = isOn }

  /// `text` on a background of the colour with this number, of which there are six; what is not shown is red.
  package func cell(_ text: String, _ number: Int, isShown: Bool) -> String {
    guard isOn else { return text }
    let colours = [44, 42, 46, 45, 43, 104]
    return "\u{1b}[30;\(isShown ? colours[number % colours.count] : 41)m\(text)\u{1b}[0m"
  }
}
