import Basics
import Glibc
import QEMU
import Storage
import SystemPackage

/// The behavior of the installed QEMU with a machine that was judged. QEMU starts paused, with nothing but the
/// machine's memory, on empty in-memory files that are as long as the backends.
package struct Confirmation: Sendable {
  package enum Outcome: Sendable {
    /// QEMU does what was predicted.
    case confirmed
    /// QEMU does something else, which is a fault of ours.
    case contradicted(predicted: String, real: String)
    /// QEMU was not asked, or its answer does not concern the prediction.
    case impossible(String)
  }

  /// The path of the QEMU that was asked.
  package let program: String
  package let outcome: Outcome
  /// The parts of the description that were left out.
  package let leftOut: [String]
}

extension MachineReport {
  /// Returns this report together with the behavior of `program`, a QEMU, with `start`, which this report is about. No
  /// backend is touched, and nothing remains afterwards, however the run ends.
  package func confirmed(_ start: Start, by program: String?, on host: HostView = HostView()) -> MachineReport {
    var report = self
    report.confirmation = Confirmation(
      of: start, self, by: program ?? "qemu-system-\(rules.architecture.rawValue)", host)
    return report
  }
}

extension Confirmation {
  /// The time limit for QEMU in milliseconds.
  private static let timeLimit: Int32 = 20_000

  fileprivate init(of start: Start, _ report: MachineReport, by name: String, _ host: HostView) {
    program = name
    var leftOut: [String] = []
    let files = StandIns(host)
    do throws(Impossible) {
      outcome = try Self.outcome(of: start, report, by: name, files, &leftOut)
    } catch { outcome = .impossible(error.reason) }
    self.leftOut = leftOut
  }

  private struct Impossible: Error {
    let reason: String
  }

  private static func outcome(
    of start: Start, _ report: MachineReport, by name: String, _ files: StandIns, _ leftOut: inout [String]
  ) throws(Impossible) -> Outcome {
    guard case .success(let command) = start.command else { throw Impossible(reason: "QEMU refuses the options") }
    guard start.hotplug.isEmpty else { throw Impossible(reason: "monitor commands are not tried") }
    guard let qemu = HostProgram(named: name) else { throw Impossible(reason: "there is no program \(name)") }
    let version: String
    do throws(Errno) { version = try ProgramVersions.answer(of: qemu) } catch {
      throw Impossible(reason: "\(name) does not report its version: \(error)")
    }
    guard let installed = QEMURelease(parsing: version), installed == report.rules.release else {
      throw Impossible(reason: "\(name) is another release (stored \(version), expected \(report.rules.release))")
    }
    let rehearsal = command.rehearsal { files.path(for: $0) }
    leftOut = rehearsal.leftOut
    if let path = rehearsal.withoutStandIn.first { throw Impossible(reason: "there is no substitute for \(path)") }
    let words = [command.program] + rehearsal.arguments
    let expected = MachineStartup.prediction(
      of: words, report.rules, lookUp: { HostPath(files.host.examination(of: files.original(of: $0))) },
      readFile: { _ in .failure(ConfigurationFileError(reason: "No such file or directory")) })
    let (wanted, planned) = (Answer(report.prediction), Answer(expected))
    guard wanted == planned else { throw Impossible(reason: "it depends on what is left out") }
    let real = try ask(qemu, rehearsal.arguments, files)
    guard real.tells(wanted) else { return .contradicted(predicted: wanted.text, real: real.text) }
    return .confirmed
  }

  private static func ask(
    _ qemu: HostProgram, _ arguments: [String], _ files: StandIns
  ) throws(Impossible) -> Answer {
    let commands = ["qmp_capabilities", "query-memory-devices", "quit"].map { "{\"execute\":\"\($0)\"}\n" }.joined()
    do throws(Errno) {
      let input = try MemoryFile(holding: [Array(commands.utf8)])
      let answer = try qemu.answer(
        to: ["-S", "-nodefaults", "-no-user-config", "-display", "none", "-qmp", "stdio"] + arguments,
        input: input.descriptor, within: timeLimit)
      return try Answer(answer, files)
    } catch { throw Impossible(reason: "\(qemu.path) does not answer: \(error)") }
  }

  /// The prediction for a machine, or QEMU's actual behavior with it.
  private struct Answer: Equatable {
    /// The complaint without its location; `nil` if the machine starts.
    let message: String?
    let devices: [JSONValue]
    let crashes: Bool
    /// Whether QEMU's behavior is known.
    var isKnown = true

    init(_ prediction: MachinePrediction) {
      crashes = if case .crash? = prediction.stop { true } else { false }
      switch prediction.stop {
      case .complaint(let complaint, _)?: message = complaint.description
      case .crash?: message = "it crashes"
      case .help?, .hang?, .unknown?, .unsaid?:
        message = nil
        isKnown = false
      case nil: message = nil
      }
      devices = prediction.stop == nil ? prediction.memoryDevices.map(\.json) : []
    }

    init(_ answer: HostProgram.Answer, _ files: StandIns) throws(Errno) {
      let lines = answer.errors.split(whereSeparator: \.isNewline).map(String.init)
      crashes = answer.status > 1
      message =
        switch answer.status {
        case 0: nil
        case 1: files.restoringPaths(in: lines.last { $0.contains(": ") && !$0.contains("warning: ") } ?? "")
        default: "it crashes"
        }
      let replies = answer.output.split(whereSeparator: \.isNewline)
        .compactMap { try? JSONValue(parsing: $0) }.filter { $0["return"] != nil || $0["error"] != nil }
      devices = answer.status == 0 && replies.count > 1 ? replies[1]["return"]?.elements ?? [] : []
    }

    /// Returns whether this answer, in which QEMU puts the location first, equals `other`.
    func tells(_ other: Answer) -> Bool {
      switch (message, other.message) {
      case (nil, nil): devices == other.devices
      case (let real?, let said?): crashes == other.crashes && real.hasSuffix(said)
      case (nil, _?), (_?, nil): false
      }
    }

    var text: String {
      message.map { crashes ? $0 : "it refuses: \($0)" }
        ?? "it starts" + devices.map { ", \($0.formatted(.line))" }.joined()
    }
  }
}

/// Empty in-memory files, one for each file of a machine and of the same length. They vanish with this process.
private final class StandIns {
  let host: HostView
  private var files: [String: MemoryFile] = [:]
  /// The original path of each stand-in.
  private var originals: [String: String] = [:]

  init(_ host: HostView) { self.host = host }

  func original(of path: String) -> String { originals[path] ?? path }

  /// Returns `text` with the paths of the machine's own files.
  func restoringPaths(in text: String) -> String {
    originals.sorted { $0.key.count > $1.key.count }.reduce(text) { $0.replacing($1.key, with: $1.value) }
  }

  /// Returns the path of the stand-in for the file at `path`; `nil` if there is no file and none will be created.
  func path(for path: String) -> String? {
    let there = HostPath(host.examination(of: path))
    let size: UInt64
    switch there.forReading {
    case .file(let length), .device(let length): size = length
    case .missing: size = 0
    case .daxDevice, .danglingLink, .directory, .unmappable, .zeroDevice, .nullDevice, .inaccessible, .other: return nil
    }
    guard let file = files[there.identity] ?? (try? MemoryFile(size: size)) else { return nil }
    files[there.identity] = file
    // QEMU inherits no descriptor, and opens that of this process.
    let name = "/proc/\(getpid())/fd/\(file.descriptor.rawValue)"
    originals[name] = path
    return name
  }
}
