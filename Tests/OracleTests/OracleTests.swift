import Basics
import Foundation
import Synchronization
import TestSupport
import Testing

/// The QEMU of this machine, if it is of the release that the prediction was measured on.
enum OracleQEMU {
  static let isThere =
    (try? ProgramRun(executable: URL(fileURLWithPath: "/usr/bin/qemu-system-x86_64"), ["--version"]))?.text
    .contains("version 7.2.") == true
}

/// What is predicted of a command line is what the QEMU of this machine does with it: the same verdict, the same
/// message, the same memory devices in the same places, the same files left.
@Suite("Prediction against QEMU 7.2", .enabled(if: OracleQEMU.isThere, "needs qemu-system-x86_64 of release 7.2"))
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
        let outcome = try compare(OracleCase.random(using: &generator))
        outcomes.withLock { $0[outcome, default: 0] += 1 }
      } catch { Issue.record(error, "case \(index)") }
    }
    let summary = outcomes.withLock { $0 }
    print("oracle: \(cases.count) command lines, \(summary)")
    // Neither all refused nor much that is not described: the test is about something.
    #expect(summary[.starts, default: 0] * 5 > cases.count)
    #expect(summary[.refuses, default: 0] * 5 > cases.count)
    #expect(summary[.unknown, default: 0] == 0)
  }

  @Test("the program itself says the same") func program() throws {
    var generator = SeededGenerator(fuzzing: "command lines for vnvdimm-check")
    for _ in 0..<25 {
      var test = OracleCase.random(using: &generator)
      test.hotplug = []
      let folder = try test.makeFolder()
      let predicted = try OracleAnswer(predicting: test, in: folder)
      let run = try ProgramRun(
        "vnvdimm-check", ["command", "--json", "--qemu-version", "7.2", "--"] + test.arguments,
        in: folder.url)
      let document = try JSONValue(parsing: run.text)
      let prediction = document["prediction"]
      let comment = Comment(rawValue: test.description)
      #expect(prediction?["outcome"]?.text == predicted.outcome.rawValue, comment)
      #expect(prediction?["message"]?.text == predicted.message, comment)
      #expect(prediction?["devices"]?.elements == predicted.devices, comment)
      #expect(predicted.outcome == .starts || run.status == 2, comment)
      #expect(document["status"]?.number() == run.status, comment)
    }
  }

  @discardableResult
  private func compare(_ test: OracleCase) throws -> OracleAnswer.Outcome {
    let folder = try test.makeFolder()
    let predicted = try OracleAnswer(predicting: test, in: folder)
    let real = try OracleAnswer(running: test, in: folder)
    #expect(predicted == real, Comment(rawValue: test.description))
    return predicted.outcome
  }
}
