/// Words as a shell separates them: separated by blanks, quoted, with a backslash before a literal character; a word
/// that begins with `#` begins a comment. Nothing is expanded.
package enum ShellWords {
  /// Returns the words of `text`; `nil` if a quotation is not closed.
  package static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: [UInt8]?
    var quote: UInt8?
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch (quote, byte) {
      case (UInt8(ascii: "'")?, UInt8(ascii: "'")), (UInt8(ascii: "\"")?, UInt8(ascii: "\"")): quote = nil
      case (UInt8(ascii: "'")?, _): word?.append(byte)
      case (nil, UInt8(ascii: "'")), (nil, UInt8(ascii: "\"")):
        quote = byte
        word = word ?? []
      case (_, UInt8(ascii: "\\")):
        guard let next = rest.popFirst() else { return nil }
        // A backslash at the end of a line continues it; in double quotes a backslash escapes only some characters.
        if next == UInt8(ascii: "\n") { continue }
        let isMeant = quote == nil || "\\\"$`".utf8.contains(next)
        word = (word ?? []) + (isMeant ? [next] : [byte, next])
      case (nil, UInt8(ascii: "#")) where word == nil: rest = rest.drop { $0 != UInt8(ascii: "\n") }
      case (nil, UInt8(ascii: " ")), (nil, UInt8(ascii: "\t")), (nil, UInt8(ascii: "\n")):
        if let ended = word { words.append(String(decoding: ended, as: UTF8.self)) }
        word = nil
      default: word = (word ?? []) + [byte]
      }
    }
    guard quote == nil else { return nil }
    if let word { words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }

  /// Returns `words` without the environment assignments before a command, as libvirt writes them into its logs:
  /// `LC_ALL=C PATH=/usr/bin qemu …`.
  package static func withoutAssignments(_ words: [String]) -> [String] {
    func isAssignment(_ word: String) -> Bool {
      guard let sign = word.firstIndex(of: "="), let first = word.utf8.first, !(48...57).contains(first) else {
        return false
      }
      return sign > word.startIndex
        && word[..<sign].utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0 & 0xdf) || $0 == 95 }
    }
    return Array(words.drop(while: isAssignment))
  }
}
