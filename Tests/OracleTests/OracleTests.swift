import Basics
import Foundation
import QEMU
import Synchronization
import TestSupport
import Testing

/// The QEMU to compare with, and its release: the one that `VNVDIMM_ORACLE_QEMU` names, or that of this machine.
struct OracleQEMU {
  let path: String
  let release: QEMURelease
  var architecture = Architecture.x86_64

  var rules: SizingRules { SizingRules(release, architecture) }

  static let asked: OracleQEMU? = {
    let path = ProcessInfo.processInfo.environment["VNVDIMM_ORACLE_QEMU"] ?? ""
    let program = path.isEmpty ? "/usr/bin/qemu-system-x86_64" : path
    let run = try? ProgramRun(executable: URL(fileURLWithPath: program), ["--version"])
    let line = run?.text.split(separator: "\n").first.map(String.init) ?? ""
    guard let release = QEMURelease(parsing: line) else { return nil }
    let machines = (try? ProgramRun(executable: URL(fileURLWithPath: program), ["-machine", "help"]))?.text ?? ""
    let architecture = boards.first { machines.contains("\n" + $0.name) }?.architecture
    return OracleQEMU(path: program, release: release, architecture: architecture ?? .x86_64)
  }()

  /// A machine that only the programs for one architecture have.
  private static let boards: [(name: String, architecture: Architecture)] = [
    ("q35", .x86_64), ("virt ", .aarch64), ("pseries", .ppc64),
  ]

  /// That of this machine, if it is of the release that emulate is compared with.
  static let isCompared = asked?.release == QEMURelease(7, 2) && asked?.architecture == .x86_64
}

/// The prediction for a command line must match QEMU's behaviour: the same verdict, the same message, the same memory
/// devices at the same addresses, and the same files left.
@Suite("Prediction against QEMU itself", .enabled(if: OracleQEMU.asked != nil, "needs qemu-system-x86_64"))
struct OracleTests {
  private static var count: Int {
    ProcessInfo.processInfo.environment["VNVDIMM_ORACLE_COUNT"].flatMap { Int($0) } ?? 500
  }

  @Test("on command lines made at random") func generated() throws {
    var seeds = SeededGenerator(fuzzing: "command lines for QEMU")
    let cases = (0..<Self.count).map { _ in seeds.next() }
    let outcomes = Mutex<[OracleAnswer.Outcome: Int]>([:])
    DispatchQueue.concurrentPerform(iterations: cases.count) { index in
      do {
        var generator = SeededGenerator(seed: cases[index])
        let qemu = try #require(OracleQEMU.asked)
        let outcome = try compare(OracleCase.random(for: qemu.rules, using: &generator), qemu)
        outcomes.withLock { $0[outcome, default: 0] += 1 }
      } catch { Issue.record(error, "case \(index)") }
    }
    let summary = outcomes.withLock { $0 }
    print("oracle: \(cases.count) command lines, \(summary)")
    // A meaningful test has neither only refusals nor many cases that the prediction does not cover.
    #expect(summary[.starts, default: 0] * 5 > cases.count)
    #expect(summary[.refuses, default: 0] * 5 > cases.count)
    #expect(summary[.unknown, default: 0] * 20 < cases.count)
  }

  @Test("the program itself says the same") func program() throws {
    let qemu = try #require(OracleQEMU.asked)
    let release = qemu.release
    var generator = SeededGenerator(fuzzing: "command lines for vnvdimm-check")
    for _ in 0..<25 {
      var test = OracleCase.random(for: qemu.rules, using: &generator)
      test.hotplug = []
      let folder = try test.makeFolder()
      let predicted = try OracleAnswer(predicting: test, of: qemu.rules, in: folder)
      let run = try ProgramRun(
        "vnvdimm-check", ["command", "--json", "--qemu-version", "\(release)", "--"] + test.arguments,
        in: folder.url)
      let document = try JSONValue(parsing: run.text)
      let prediction = document["prediction"]
      let comment = Comment(rawValue: test.description)
      #expect(prediction?["outcome"]?.text == predicted.outcome.rawValue, comment)
      #expect(prediction?["message"]?.text == predicted.message, comment)
      #expect(prediction?["devices"]?.elements == predicted.devices, comment)
      #expect([.starts, .unknown].contains(predicted.outcome) || run.status == 2, comment)
      #expect(document["status"]?.number() == run.status, comment)
    }
  }

  @discardableResult
  private func compare(_ test: OracleCase, _ qemu: OracleQEMU) throws -> OracleAnswer.Outcome {
    let folder = try test.makeFolder()
    let predicted = try OracleAnswer(predicting: test, of: qemu.rules, in: folder)
    let real = try OracleAnswer(running: test, by: qemu.path, in: folder)
    let comment = Comment(rawValue: test.description)
    if test.hasUnlisted {
      // QEMU refuses the machine, but the reason may be either this or another fault.
      #expect(real.outcome != .starts && predicted.outcome != .starts, comment)
    } else {
      #expect(predicted == real, comment)
    }
    return predicted.outcome
  }
}
