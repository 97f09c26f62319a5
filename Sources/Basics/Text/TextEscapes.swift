extension String {
  /// The text as a shell reads it back unchanged: itself where that is so, in single quotes otherwise.
  ///
  /// What a terminal would obey, and a new line, is written as `$'\033'`, which bash, zsh, ksh and POSIX.1-2024 know.
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

  /// A path, quoted, that no program takes for an option.
  package var shellQuotedPath: String { (hasPrefix("-") ? "./" + self : self).shellQuoted }
}

extension UInt8 {
  /// `\033`
  fileprivate var octalEscape: String {
    let digits = String(self, radix: 8)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
  }
}

extension Unicode.Scalar {
  /// Whether a terminal obeys it, or shows by it something other than what is there: ESC and its like in ASCII and
  /// beyond (C1), what turns the direction of writing, what nobody sees.
  var commandsTerminal: Bool {
    guard !isASCII else { return value < 0x20 || value == 0x7f }
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
    default: false
    }
  }
}

extension String {
  /// The text without control characters, on one line: a guest chooses names of namespaces, and anybody those of files,
  /// and a terminal obeys what it is sent.
  package var escapedForTerminal: String { escaping { $0.commandsTerminal } }

  /// A text that has lines and columns, escaped but for the ends of these.
  package var linesEscapedForTerminal: String { escaping { $0.commandsTerminal && $0 != "\n" && $0 != "\t" } }

  /// The text as the subject of a message: one that is empty is there to be seen.
  package var asSubject: String { isEmpty ? "''" : escapedForTerminal }

  /// The text, what to type, as a line of its own.
  package var asHintLine: String { "hint: " + escapedForTerminal }

  private func escaping(where isEscaped: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isEscaped) else { return self }
    return unicodeScalars.map { isEscaped($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
  }
}
