import Foundation
import QEMU
import TestSupport

/// What a release of QEMU did with a command line, or what is predicted of it. See Tests/Corpus/qemu/README.md.
struct RecordedAnswer: Equatable {
  /// Without the name of the program.
  var words: [String] = []
  /// The lengths of files before and after the start, in bytes.
  var before: [String: UInt64] = [:]
  var after: [String: UInt64] = [:]
  var outcome = ""
  var message: String?
  /// As the lines of the file have them. Releases before 2.12 list them in an order that is not that of their addresses.
  var devices: Set<String> = []

  /// The answers of `release`.
  static func all(of release: String) throws -> [RecordedAnswer] {
    var answers: [RecordedAnswer] = []
    for line in try String(decoding: Corpus.data("qemu/\(release).txt"), as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let last = answers.count - 1
      switch words[0] {
      case "#": break
      case "$": answers.append(RecordedAnswer(words: Array(words.dropFirst())))
      case "=":
        answers[last].outcome = words[1]
        let message = line.dropFirst(words[0].count + words[1].count + 2)
        answers[last].message = message.isEmpty ? nil : String(message)
      case _ where answers[last].outcome.isEmpty:
        answers[last].before[words[0]] = UInt64(words[1])
        answers[last].after[words[0]] = UInt64(words[words.count - 1])
      default: answers[last].devices.insert(String(line))
      }
    }
    return answers
  }

  /// What is predicted of the same command line and files.
  func predicted(under rules: SizingRules) -> RecordedAnswer {
    let prediction = MachineStartup.prediction(of: ["qemu-system-x86_64"] + words, rules) { path in
      let state = before[path].map { BackendState.file(size: $0) } ?? .missing
      return HostPath(forWriting: state, forReading: state, identity: path)
    } readFile: { _ in
      .failure(ConfigurationFileError(reason: "No such file or directory"))
    }
    var answer = RecordedAnswer(words: words, before: before, after: before, message: prediction.message)
    for backend in prediction.backends {
      if let path = backend.request?.path, let size = backend.change.sizeAfter { answer.after[path] = size }
    }
    switch prediction.stop {
    case nil: answer.outcome = "starts"
    case .complaint?: answer.outcome = "refuses"
    case .crash?: answer.outcome = "crashes"
    case .help?, .hang?, .unknown?, .unsaid?: answer.outcome = "\(prediction.stop, default: "")"
    }
    guard prediction.stop == nil else { return answer }
    answer.devices = Set(
      prediction.devices.map { device in
        let (option, place) = (device.option, device.placement)
        return "\(option.id ?? "-") 0x\(String(place.address, radix: 16)) slot \(place.slot) size \(place.size) "
          + "node \(option.node)"
      })
    return answer
  }
}
