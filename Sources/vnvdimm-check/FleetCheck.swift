import CommandSupport
import Consumers
import Glibc
import LabelChange
import PersistentMemory
import QEMU
import Report
import Storage

/// The options for checking each path of a fleet and for reporting the results.
struct FleetOptions: Sendable {
  var machine: PathStart
  /// The releases that are named.
  var releases: [QEMURelease]
  /// The rules under which backends are checked.
  var rules: [AskedRules]
  var libvirt: AskedLibvirt
  /// The release of the guests' kernel, if it is named.
  var linux: LinuxRelease?
  var permits = Permits()
  /// The program that each path is for; `nil` for a separate QEMU for each.
  var consumer: ConsumerChoice?
  var answers: AnswerForm
  var collectsMetrics = false
}

/// Checks any number of backends, each as the only NVDIMM of a separate machine, and of domains, on all processors.
///
/// The answers come in the order of the paths. Memory use does not grow with the number of paths.
struct FleetCheck {
  private let options: FleetOptions
  private let progress: ProgressLine
  private let processes = HostProcesses(many: true)
  private(set) var tally = FleetTally()
  /// The metrics of all backends so far, if they were requested.
  private(set) var metrics: [BackendMetrics] = []

  /// The number of paths that are checked together before any of their answers is printed.
  private static let batch = 1024

  init(_ options: FleetOptions) {
    self.options = options
    // Answers on a terminal already show the progress.
    let isSilent = options.answers.form == .text && options.answers.isQuiet
    progress = ProgressLine(silent: !isSilent && isatty(STDOUT_FILENO) == 1)
  }

  /// Checks `paths`, then those of `list`; returns their number.
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

/// The number of paths of a fleet by status.
struct FleetTally {
  private(set) var count = 0
  /// The most serious status of all paths.
  private(set) var status = ExitStatus.done
  private var counts: [ExitStatus: Int] = [:]

  mutating func add(_ status: ExitStatus) {
    count += 1
    counts[status, default: 0] += 1
    self.status = self.status.graver(status)
  }

  /// The tally as text: `3 paths: 2 consistent, 1 damaged or refused`.
  var text: String {
    let words: [(ExitStatus, String)] = [
      (.done, "consistent"), (.irregular, "irregular"), (.unsupported, "not a backend"), (.incomplete, "not examined"),
      (.damaged, "damaged or refused"),
    ]
    let parts = words.compactMap { status, word in counts[status].map { "\($0) \(word)" } }
    return "\(count) \(count == 1 ? "path" : "paths"): \(parts.joined(separator: ", "))"
  }
}
