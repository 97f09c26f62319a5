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
