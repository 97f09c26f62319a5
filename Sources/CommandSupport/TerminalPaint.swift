package import ArgumentParser
import CLinux
import Glibc

/// Colours, used if the stream is a terminal that shows them and NO_COLOR is not set, or as `--color` says.
///
/// Source: ECMA-48, 8.3.117 (SGR); no-color.org.
package struct TerminalPaint: Sendable {
  private let isOn: Bool
  /// The width of the terminal in columns; 80 if there is none.
  package let width: Int

  /// The capabilities of standard output.
  package static var standardOutput: TerminalPaint { TerminalPaint(of: STDOUT_FILENO) }

  /// The capabilities of standard error.
  static var standardError: TerminalPaint { TerminalPaint(of: STDERR_FILENO) }

  private init(of stream: Int32) {
    // Safe: the texts end with NUL, and the environment does not change.
    let isRefused = unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
    let isDumb = unsafe getenv("TERM").map { unsafe strcmp($0, "dumb") == 0 } ?? true
    isOn =
      switch ColorChoice.given {
      case .always: true
      case .never: false
      case .auto: isatty(stream) == 1 && !isRefused && !isDumb
      }
    width = Int(clinux_terminal_width(stream))
  }

  package init(isOn: Bool) {
    self.isOn = isOn
    width = 80
  }

  /// Returns `text` on a background in the colour with this number, out of six; red if `isShown` is false.
  package func cell(_ text: String, _ number: Int, isShown: Bool) -> String {
    guard isOn else { return text }
    let colours = [44, 42, 46, 45, 43, 104]
    return "\u{1b}[30;\(isShown ? colours[number % colours.count] : 41)m\(text)\u{1b}[0m"
  }

  /// Returns `text` with the severity of each finding in colour: `error` red, `warning` yellow.
  package func severities(in text: String) -> String {
    guard isOn else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(Self.painted).joined(separator: "\n")
  }

  private static func painted(_ line: Substring) -> String {
    for (severity, colour) in [("error", 31), ("warning", 33)] {
      guard let word = line.firstRange(of: "\(severity): ") else { continue }
      let (before, after) = (line[..<word.lowerBound], line[word.upperBound...])
      // A rule must follow, and before it there must be nothing, or a subject.
      let rule = after.prefix { $0.isLowercase || $0 == "-" || $0.isNumber }
      guard before.allSatisfy({ $0 == " " }) || before.hasSuffix(": "), !rule.isEmpty,
        after[rule.endIndex...].hasPrefix(": ")
      else { continue }
      return "\(before)\u{1b}[\(colour)m\(severity)\u{1b}[0m: \(after)"
    }
    return String(line)
  }
}

/// The values of `--color`.
package enum ColorChoice: String, CaseIterable, ExpressibleByArgument, Sendable {
  case always, auto, never

  /// The choice in the arguments of this process, even if they are otherwise wrong: failures are coloured too.
  static let given: ColorChoice = {
    let own = ProcessArguments.all.prefix { $0 != "--" }
    for (option, value) in zip(own, own.dropFirst() + [""]).reversed() {
      if option == "--color", let choice = ColorChoice(rawValue: value) { return choice }
      if option.hasPrefix("--color="), let choice = ColorChoice(rawValue: String(option.dropFirst(8))) { return choice }
    }
    return .auto
  }()
}

/// Whether output has colours. `TerminalPaint` reads the value from the arguments of the process.
package struct ColorOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("When to use colours. (default: auto, on a terminal)", valueName: "when", visibility: .rare),
    completion: ColorChoice.choices, transform: ColorChoice.init(choice:))
  package var color: ColorChoice?

  package init() {}
}

/// The form of the answer.
package struct AnswerOptions: ParsableArguments {
  @Flag(help: "Print JSON.")
  package var json = false

  @Flag(name: .shortAndLong, help: "Print only failures, and JSON.")
  package var quiet = false

  @OptionGroup package var color: ColorOption

  package init() {}
}

extension String {
  /// Returns this text followed by spaces, with at least `width` characters in all.
  package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
