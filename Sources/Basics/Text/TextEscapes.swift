extension String {
  /// The text in a form that a shell reads back unchanged: as it is if possible, otherwise in single quotes.
  ///
  /// Characters that control a terminal, and new lines, are written as `$'\033'`, which bash, zsh, ksh and POSIX.1-2024
  /// support.
  package var shellQuoted: String {
    let isPlain = allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.,/:=+@%".contains($0)) }
    guard !isPlain || isEmpty else { return self }
    guard unicodeScalars.contains(where: \.commandsTerminal) else {
      return "'" + replacing("'", with: "'\\''") + "'"
    }
    let escaped = unicodeScalars.map { scalar in
      if scalar.commandsTerminal { return String(scalar).utf8.map(\.octalEscape).joined() }
      return scalar == "'" || scalar == "\\" ? "\\\(scalar)" : String(scalar)
    }
    return "$'" + escaped.joined() + "'"
  }

  /// The quoted path, in a form that no program takes for an option.
  package var shellQuotedPath: String { (hasPrefix("-") ? "./" + self : self).shellQuoted }
}

extension UInt8 {
  /// The character as an octal escape, such as `\033`.
  fileprivate var octalEscape: String {
    let digits = String(self, radix: 8)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
  }
}

extension Unicode.Scalar {
  /// Whether the character controls a terminal or misleads its user: control characters in ASCII (such as ESC) and
  /// beyond (C1), changes of the writing direction, invisible characters.
  var commandsTerminal: Bool {
    guard !isASCII else { return value < 0x20 || value == 0x7f }
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
    default: false
    }
  }
}

extension String {
  /// The text on one line with control characters escaped: guests choose names of namespaces and users those of files,
  /// and a terminal obeys what it receives.
  package var escapedForTerminal: String { escaping { $0.commandsTerminal } }

  /// A text with lines and columns, escaped except for new lines and tabs.
  package var linesEscapedForTerminal: String { escaping { $0.commandsTerminal && $0 != "\n" && $0 != "\t" } }

  /// The text as the subject of a message: an empty one is shown as `''`.
  package var asSubject: String { isEmpty ? "''" : escapedForTerminal }

  /// The text to type, as a hint line.
  package var asHintLine: String { "hint: " + escapedForTerminal }

  private func escaping(where isEscaped: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isEscaped) else { return self }
    return unicodeScalars.map { isEscaped($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
  }
}
