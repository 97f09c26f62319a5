package import Foundation

/// A program of the suite that runs in parallel with the test, which can send it signals and wait for it.
package final class RunningProgram {
  private let process = Process()
  private let scratch: TemporaryDirectory

  /// Starts `program`, built with the tests. Its standard output goes to `output`, or is discarded. Its standard error
  /// goes to `diagnostics`, or is kept in `errors`.
  package convenience init(
    _ program: String, _ arguments: [String], input: FileHandle = .nullDevice, output: FileHandle = .nullDevice,
    diagnostics: FileHandle? = nil
  ) throws {
    try self.init(
      executable: ProgramRun.products.appendingPathComponent(program), arguments, input: input, output: output,
      diagnostics: diagnostics)
  }

  package init(
    executable: URL, _ arguments: [String], input: FileHandle, output: FileHandle, diagnostics: FileHandle? = nil
  ) throws {
    scratch = try TemporaryDirectory()
    process.executableURL = executable
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    try Data().write(to: scratch.url.appendingPathComponent("err"))
    process.standardError = try diagnostics ?? FileHandle(forWritingTo: scratch.url.appendingPathComponent("err"))
    try ProgramRun.start(process)
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  package var identifier: Int32 { process.processIdentifier }

  /// The program's standard error so far.
  package var errors: String {
    (try? String(contentsOfFile: scratch.path("err"), encoding: .utf8)) ?? ""
  }

  package func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Returns the exit status, or 128 + the number of the signal that ended the program. Returns `nil` if the program
  /// still runs after `seconds`, and kills it.
  package func status(within seconds: Double) -> Int32? {
    guard Self.wait(seconds, until: { !self.process.isRunning }) else {
      signal(SIGKILL)
      return nil
    }
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }

  /// Waits at most `seconds` for `condition`. Returns whether it holds.
  package static func wait(_ seconds: Double, until condition: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while !condition() {
      guard Date() < end else { return false }
      usleep(5000)
    }
    return true
  }
}
