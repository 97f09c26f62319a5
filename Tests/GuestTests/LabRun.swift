import Foundation
import TestSupport

/// One boot of the lab's machine, in which every scenario ran.
struct LabRun {
  private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Scenarios")

  /// The names of the scenarios: the scripts in Tests/GuestTests/Scenarios.
  static let scenarios = ((try? FileManager.default.contentsOfDirectory(atPath: scripts.path)) ?? [])
    .filter { $0.hasSuffix(".sh") }.map { String($0.dropLast(3)) }.sorted()

  /// The run whose result all test cases await.
  static let shared = Task { try LabRun() }

  private let folder: TemporaryDirectory
  private let run: ProgramRun

  private init() throws {
    folder = try TemporaryDirectory()
    let paths = Self.scenarios.map { Self.scripts.appendingPathComponent("\($0).sh").path }
    run = try ProgramRun("lab", ["--results", folder.url.path] + paths)
  }

  /// Returns `nil` if the scenario passed, otherwise the whole output of the scenario, its guests and the lab.
  func complaint(about scenario: String) -> String? {
    if FileManager.default.fileExists(atPath: folder.path("\(scenario).passed")) { return nil }
    let log = try? String(contentsOfFile: folder.path("\(scenario).log"), encoding: .utf8)
    return (log ?? "no log of \(scenario)\n\(run.text)") + run.errors
  }
}
