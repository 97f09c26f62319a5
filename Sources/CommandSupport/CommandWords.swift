/// The words of a command line that the parser rejects, separated so that they can be rearranged.
package struct CommandWords {
  package struct Option: Equatable {
    package let name: String
    package let value: String?
  }

  package private(set) var options: [Option] = []
  package private(set) var operands: [String] = []

  /// `optionsWithValue` are the names of the options that take the next word as their value.
  package init(_ words: some Sequence<String>, optionsWithValue: Set<String>) {
    var words = words.makeIterator()
    while let word = words.next() {
      if let equals = word.firstIndex(of: "="), word.hasPrefix("--") {
        options.append(Option(name: String(word[..<equals]), value: String(word[word.index(after: equals)...])))
      } else if word.hasPrefix("-"), word.dropFirst().first?.isNumber != true {
        options.append(Option(name: word, value: optionsWithValue.contains(word) ? words.next() : nil))
      } else {
        operands.append(word)
      }
    }
  }
}
