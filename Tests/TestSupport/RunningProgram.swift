package import Foundation

/// A program of the suite that runs beside the test: it can be sent signals and waited for.
package final class RunningProgram {
  private let process = Process()
  private let scratch: TemporaryDirectory

  /// Starts `program`, built beside the tests; its standard output is `output`, or goes nowhere. What it tells on
  /// standard error goes to `diagnostics`, or is kept in `errors`.
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

  /// What it has written to standard error.
  package var errors: String {
    (try? String(contentsOfFile: scratch.path("err"), encoding: .utf8)) ?? ""
  }

  package func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Its status, 128 + the number where a signal ended it; nil where it still runs after so many seconds, whereupon it
  /// is killed.
  package func status(within seconds: Double) -> Int32? {
    guard Self.wait(seconds, until: { !self.process.isRunning }) else {
      signal(SIGKILL)
      return nil
    }
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }

  /// Waits until `condition` holds, for at most so many seconds; answers whether it does.
  package static func wait(_ seconds: Double, until condition: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while !condition() {
      guard Date() < end else { return false }
      usleep(5000)
    }
    return true
  }
}
