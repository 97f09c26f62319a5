/// Words as a shell separates them: blanks between, quotes around, a backslash before what is meant as it stands; a
/// word that begins with `#` begins a comment. Nothing is expanded.
package enum ShellWords {
  /// The words of `text`; nil where a quotation is not closed.
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
        // A line goes on behind a backslash at its end; in double quotes only some letters need one.
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

  /// `words` without the settings of the environment that stand before a command: `LC_ALL=C PATH=/usr/bin qemu …`, as
  /// libvirt writes it into its logs.
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
