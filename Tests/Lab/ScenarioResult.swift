import Foundation

/// The result of one scenario in the lab.
struct ScenarioResult {
  let name: String
  let passed: Bool
  /// All output of the scenario and its guests, or the machine's console if the scenario left none.
  let log: String

  /// Reads the result of `script` from the folder that the machine filled.
  init(of script: URL, in folder: URL, console: URL) {
    name = script.deletingPathExtension().lastPathComponent
    let status = try? String(contentsOf: folder.appendingPathComponent("\(name).status"), encoding: .utf8)
    let text = try? Data(contentsOf: folder.appendingPathComponent("\(name).log"))
    passed = status == "0\n"
    let ended = status.map { "status \($0)" } ?? "did not end; the console of the machine says:\n"
    let said = status == nil ? (try? Data(contentsOf: console)) : text
    log = "==== \(name): \(ended)" + String(decoding: said ?? Data(), as: UTF8.self)
  }

  /// Writes NAME.log and, if the scenario passed, NAME.passed to `folder`.
  func write(into folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(log.utf8).write(to: folder.appendingPathComponent("\(name).log"))
    if passed { try Data().write(to: folder.appendingPathComponent("\(name).passed")) }
  }
}
