import Basics
import Foundation
import QEMU
import TestSupport

/// The response to one case, by QEMU or by prediction.
struct OracleAnswer: Equatable {
  enum Outcome: String {
    case starts
    case refuses
    case crashes
    case hangs
    /// Help was asked for.
    case exits
    /// The prediction does not cover the case.
    case unknown
  }

  var outcome: Outcome
  var message: String?
  /// The devices as `query-memory-devices` reports them.
  var devices: [JSONValue] = []
  /// The monitor's answer to each hotplug command, or `nil` if the command succeeded.
  var answers: [String?] = []
  /// The regular files afterwards, with their lengths.
  var files: [String: UInt64]
}

extension OracleAnswer {
  /// Runs the QEMU `program` on `test` in `folder`.
  init(running test: OracleCase, by program: String, in folder: TemporaryDirectory) throws {
    var commands = ["{\"execute\":\"qmp_capabilities\"}"]
    commands += try test.hotplug.map { try $0.hasPrefix("{") ? $0 : Self.document(ofLine: $0) }
    commands += ["query-memory-devices", "quit"].map { "{\"execute\":\"\($0)\"}" }
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/timeout"),
      ["20", program, "-S", "-nodefaults", "-display", "none", "-qmp", "stdio"]
        + test.arguments.dropFirst(),
      input: Data(commands.map { $0 + "\n" }.joined().utf8), in: folder.url)
    files = try OracleCase.lengths(in: folder)
    switch run.status {
    case 0: outcome = .starts
    case 1: outcome = .refuses
    case 124: outcome = .hangs
    default: outcome = .crashes
    }
    guard outcome == .starts else {
      message = outcome == .refuses ? Self.message(in: run.errors, of: test.arguments[0]) : nil
      return
    }
    let replies = run.text.split(whereSeparator: \.isNewline)
      .compactMap { try? JSONValue(parsing: $0) }.filter { $0["return"] != nil || $0["error"] != nil }
    guard replies.count == test.hotplug.count + 3 else {
      outcome = .exits
      return
    }
    answers = replies.dropFirst().prefix(test.hotplug.count).map { $0["error"]?["desc"]?.text ?? Self.error(in: $0) }
    devices = replies[test.hotplug.count + 1]["return"]?.elements ?? []
  }

  /// Returns the QMP document for a line of HMP.
  private static func document(ofLine line: String) throws -> String {
    let text = String(decoding: try JSONEncoder().encode(line), as: UTF8.self)
    return "{\"execute\": \"human-monitor-command\", \"arguments\": {\"command-line\": \(text)}}"
  }

  /// Returns HMP's message about a line that fails, or `nil`.
  private static func error(in reply: JSONValue) -> String? {
    guard let text = reply["return"]?.text else { return nil }
    let line = text.split(whereSeparator: \.isNewline).first
    return line.map { String($0.hasPrefix("Error: ") ? $0.dropFirst("Error: ".count) : $0) }
  }

  /// Returns the first error message without the name of `program`. Warnings before it and hints after it are skipped.
  private static func message(in errors: String, of program: String) -> String? {
    let lines = errors.split(separator: "\n").map(String.init)
    // The message about missing firmware begins with `qemu:`.
    let complaints = lines.compactMap { line -> Substring? in
      guard !line.hasPrefix("Couldn't open dtb file ") else { return line[...] }
      let prefix = [program + ":", "qemu:"].first { line.hasPrefix($0) }
      return line.contains("warning: ") ? nil : prefix.map { line.dropFirst($0.count) }
    }
    return complaints.last.map { String($0.drop { $0 == " " }) }
  }
}
