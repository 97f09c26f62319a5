/// What a release of QEMU did with a command line, or what is predicted of it. See Tests/Corpus/qemu/README.md.
package struct RecordedAnswer: Equatable, Sendable {
  /// Without the name of the program.
  package var words: [String] = []
  /// The lengths of files before and after the start, in bytes.
  package var before: [String: UInt64] = [:]
  package var after: [String: UInt64] = [:]
  package var folders: Set<String> = []
  package var outcome = ""
  package var message: String?
  /// As the lines of the file have them. Releases before 2.12 list them in an order that is not that of their addresses.
  package var devices: Set<String> = []

  package init() {}

  /// The answers in the file called `name`: `7.2.22`, or `7.2.22-aarch64`.
  package static func all(of name: String) throws -> [RecordedAnswer] {
    var answers: [RecordedAnswer] = []
    for line in try String(decoding: Corpus.data("qemu/\(name).txt"), as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let last = answers.count - 1
      switch words[0] {
      case "#": break
      case "$":
        var answer = RecordedAnswer()
        answer.words = Array(words.dropFirst())
        answers.append(answer)
      case "=":
        answers[last].outcome = words[1]
        let message = line.dropFirst(words[0].count + words[1].count + 2)
        answers[last].message = message.isEmpty ? nil : String(message)
      case _ where answers[last].outcome.isEmpty && words[1] == "folder": answers[last].folders.insert(words[0])
      case _ where answers[last].outcome.isEmpty:
        answers[last].before[words[0]] = UInt64(words[1])
        answers[last].after[words[0]] = UInt64(words[words.count - 1])
      default: answers[last].devices.insert(String(line))
      }
    }
    return answers
  }
}
