/// A QEMU release's recorded response to a command line, or the prediction of one. See Tests/Corpus/qemu/README.md.
package struct RecordedAnswer: Equatable, Sendable {
  /// The arguments, without the name of the program.
  package var words: [String] = []
  /// The lengths of files before and after the start, in bytes.
  package var before: [String: UInt64] = [:]
  package var after: [String: UInt64] = [:]
  package var folders: Set<String> = []
  package var outcome = ""
  package var message: String?
  /// The lines about devices in the file. Releases before 2.12 do not list them in the order of their addresses.
  package var devices: Set<String> = []

  package init() {}

  /// Returns the answers in the file called `name`: `7.2.22`, or `7.2.22-aarch64`.
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
