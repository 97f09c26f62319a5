extension String {
  /// The text without control characters: a guest chooses names of namespaces, and anybody those of files, and a
  /// terminal obeys what it is sent.
  package var escapedForTerminal: String {
    unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
        "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }.joined()
  }

  /// The text as the subject of a message: one that is empty is there to be seen.
  package var asSubject: String { isEmpty ? "''" : escapedForTerminal }
}
