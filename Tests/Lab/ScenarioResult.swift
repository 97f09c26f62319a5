import Foundation

/// What one scenario left behind in the lab.
struct ScenarioResult {
  let name: String
  let passed: Bool
  /// All that the scenario and its guests said; the console of the machine where it left nothing.
  let log: String

  /// Looks for the result of `script` in the folder that the machine filled.
  init(of script: URL, in folder: URL, console: URL) {
    name = script.deletingPathExtension().lastPathComponent
    let status = try? String(contentsOf: folder.appendingPathComponent("\(name).status"), encoding: .utf8)
    let text = try? Data(contentsOf: folder.appendingPathComponent("\(name).log"))
    passed = status == "0\n"
    let ended = status.map { "status \($0)" } ?? "did not end; the console of the machine says:\n"
    let said = status == nil ? (try? Data(contentsOf: console)) : text
    log = "==== \(name): \(ended)" + String(decoding: said ?? Data(), as: UTF8.self)
  }

  /// Leaves NAME.log and, where it passed, NAME.passed in `folder`.
  func write(into folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(log.utf8).write(to: folder.appendingPathComponent("\(name).log"))
    if passed { try Data().write(to: folder.appendingPathComponent("\(name).passed")) }
  }
}
