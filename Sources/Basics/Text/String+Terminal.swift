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
