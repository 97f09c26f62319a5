import CommandSupport
import Consumers
import Glibc
import LabelChange
import PersistentMemory
import QEMU
import Report
import Storage

/// How each path of a fleet is checked, and what is told of it.
struct FleetOptions: Sendable {
  var machine: PathStart
  /// Those that are named.
  var releases: [QEMURelease]
  /// Those that backends are checked under.
  var rules: [AskedRules]
  var libvirt: AskedLibvirt
  /// The guests' kernel, where it is named.
  var linux: LinuxRelease?
  var permits = Permits()
  /// Each path is for this program; nil for a QEMU of its own.
  var consumer: ConsumerChoice?
  var answers: AnswerForm
  var collectsMetrics = false
}

/// Checks any number of backends, each as the only NVDIMM of a machine of its own, and of domains, on all processors.
///
/// The answers come in the order of the paths. What is held in memory does not grow with their number.
struct FleetCheck {
  private let options: FleetOptions
  private let progress: ProgressLine
  private let processes = HostProcesses(many: true)
  private(set) var tally = FleetTally()
  /// Of all backends so far, where they were asked for.
  private(set) var metrics: [BackendMetrics] = []

  /// Paths that are checked together before any of their answers is printed.
  private static let batch = 1024

  init(_ options: FleetOptions) {
    self.options = options
    // Answers on a terminal show by themselves how far the work is.
    let isSilent = options.answers.form == .text && options.answers.isQuiet
    progress = ProgressLine(silent: !isSilent && isatty(STDOUT_FILENO) == 1)
  }

  /// Checks `paths`, then those of `list`; answers how many there were.
  mutating func run(_ paths: [String], _ list: consuming PathList?) throws {
    for start in stride(from: 0, to: paths.count, by: Self.batch) {
      try check(paths[start..<min(start + Self.batch, paths.count)].map { .path($0) })
    }
    if var list = list.take() {
      while case let entries = try list.next(Self.batch), !entries.isEmpty { try check(entries) }
    }
    progress.clear()
  }

  private mutating func check(_ entries: [PathList.Entry]) throws {
    let checked = entries.concurrentMap { [options, processes] entry in FleetAnswer(entry, options, processes) }
    for answer in checked {
      tally.add(answer.status)
      metrics += answer.metrics
    }
    progress.clear()
    let failures = checked.flatMap(\.failures)
    if !failures.isEmpty { StandardStream.diagnose(failures.joined(separator: "\n")) }
    let text = checked.compactMap(\.text)
    if !text.isEmpty { try StandardStream.answer(text.joined(separator: "\n")) }
    progress.show(count: tally.count, of: "paths checked")
  }
}

/// How many paths of a fleet came to which status.
struct FleetTally {
  private(set) var count = 0
  /// The gravest of all.
  private(set) var status = ExitStatus.done
  private var counts: [ExitStatus: Int] = [:]

  mutating func add(_ status: ExitStatus) {
    count += 1
    counts[status, default: 0] += 1
    self.status = self.status.graver(status)
  }

  /// `3 paths: 2 consistent, 1 damaged or refused`
  var text: String {
    let words: [(ExitStatus, String)] = [
      (.done, "consistent"), (.irregular, "irregular"), (.unsupported, "not a backend"), (.incomplete, "not examined"),
      (.damaged, "damaged or refused"),
    ]
    let parts = words.compactMap { status, word in counts[status].map { "\($0) \(word)" } }
    return "\(count) \(count == 1 ? "path" : "paths"): \(parts.joined(separator: ", "))"
  }
}
