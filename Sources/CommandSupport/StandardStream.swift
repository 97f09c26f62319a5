package import Basics
import SystemPackage

/// Writes whole texts to standard output or standard error, without buffering.
package enum StandardStream {
  /// Writes `text` and a newline to standard output. Throws where nobody reads it any more, or the disk is full.
  package static func answer(_ text: String) throws(CommandFailure) {
    try answer(bytes: [UInt8]((TerminalPaint.standardOutput.severities(in: text) + "\n").utf8))
  }

  /// Writes `json` to standard output: one document of several lines.
  package static func answer(_ json: JSONValue) throws(CommandFailure) { try answer(json.formatted()) }

  /// Writes `bytes` to standard output.
  package static func answer(bytes: [UInt8]) throws(CommandFailure) {
    do { try write(bytes, to: .standardOutput) } catch {
      throw CommandFailure(.incomplete, "standard output", error.description)
    }
  }

  /// Writes `text` and a newline to standard error; a failure to do so is nobody's to report.
  package static func diagnose(_ text: String, terminator: String = "\n") {
    try? write([UInt8]((TerminalPaint.standardError.severities(in: text) + terminator).utf8), to: .standardError)
  }

  /// Takes the numbers of standard streams that were closed when the program started: else a backend could get one
  /// of them, and with it what is said.
  static func occupyClosed() {
    while let file = try? FileDescriptor.open(FilePath("/dev/null"), .readOnly) {
      guard file.rawValue > FileDescriptor.standardError.rawValue else { continue }
      return (try? file.close()) ?? ()
    }
  }

  private static func write(_ bytes: [UInt8], to stream: FileDescriptor) throws(Errno) {
    do { _ = try stream.writeAll(bytes) } catch let error as Errno { throw error } catch { throw .ioError }
  }
}
