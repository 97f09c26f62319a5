import Foundation

/// A command of the host that the lab needs.
struct HostCommand {
  private let name: String
  private let arguments: [String]

  init(_ name: String, _ arguments: [String]) {
    self.name = name
    self.arguments = arguments
  }

  /// A command that did not do its work, and what it said of it.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs it to its end. Its standard output goes to `output`, or is ours; its diagnostics go to `log`.
  func run(output: URL?, log: URL) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    var environment = ProcessInfo.processInfo.environment
    environment["PATH", default: "/usr/bin:/bin"] += ":/usr/sbin:/sbin"
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardError = try Self.writing(to: log)
    if let output { process.standardOutput = try Self.writing(to: output) }
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
      throw Failure(description: "\(name): status \(process.terminationStatus)\n\(said)")
    }
  }

  private static func writing(to url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }
}
