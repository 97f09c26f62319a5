import Foundation

/// A command of the host that the lab needs.
struct HostCommand {
  private let name: String
  private let arguments: [String]

  init(_ name: String, _ arguments: [String]) {
    self.name = name
    self.arguments = arguments
  }

  /// A command that failed, and its output.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs the command to its end. Its standard output goes to `output`, or to ours; its diagnostics go to `log`.
  func run(output: URL?, log: URL) throws {
    let process = try start(output: output, log: log)
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw failure("status \(process.terminationStatus)", log)
    }
  }

  /// Runs the command until its output contains `word`, then kills it. Throws if the command ends before that or takes
  /// longer than the limit.
  func run(output: URL, log: URL, killedAt word: String, limit seconds: Int) throws {
    let process = try start(output: output, log: log)
    defer {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    let end = Date().addingTimeInterval(Double(seconds))
    while try Data(contentsOf: output).range(of: Data(word.utf8)) == nil {
      guard process.isRunning, Date() < end else { throw failure("did not say '\(word)'", log) }
      usleep(50_000)
    }
  }

  private func start(output: URL?, log: URL) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // The command ends when the lab ends, for whatever reason.
    process.arguments = ["setpriv", "--pdeathsig", "TERM", name] + arguments
    var environment = ProcessInfo.processInfo.environment
    environment["PATH", default: "/usr/bin:/bin"] += ":/usr/sbin:/sbin"
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardError = try Self.writing(to: log)
    if let output { process.standardOutput = try Self.writing(to: output) }
    try process.run()
    return process
  }

  private func failure(_ fact: String, _ log: URL) -> Failure {
    Failure(description: "\(name): \(fact)\n\((try? String(contentsOf: log, encoding: .utf8)) ?? "")")
  }

  private static func writing(to url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }
}
