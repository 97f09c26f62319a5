extension String {
  /// The text as a shell reads it back unchanged: itself where that is so, in single quotes otherwise.
  package var shellQuoted: String {
    let isPlain = allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.,/:=+@%".contains($0)) }
    return isPlain && !isEmpty ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}
