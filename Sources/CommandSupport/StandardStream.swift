package import Basics
import Storage
import SystemPackage

/// Writes whole texts to standard output or standard error, without buffering.
///
/// No control characters from any source pass except newlines, tabs, and colours of our own.
package enum StandardStream {
  /// Writes `text` and a newline to standard output. Throws if it is not read any more, or if the disk is full.
  package static func answer(_ text: String) throws(CommandFailure) {
    try answer(painted: TerminalPaint.standardOutput.severities(in: text.linesEscapedForTerminal))
  }

  /// Writes a text with colours, in which the rest is already escaped, and a newline to standard output.
  package static func answer(painted text: String) throws(CommandFailure) {
    try answer(bytes: [UInt8]((text + "\n").utf8))
  }

  /// Writes `json` to standard output: one document of several lines.
  package static func answer(_ json: JSONValue) throws(CommandFailure) { try answer(json.formatted()) }

  /// Writes `bytes` to standard output.
  package static func answer(bytes: [UInt8]) throws(CommandFailure) {
    do { try write(bytes, to: .standardOutput) } catch {
      throw CommandFailure(.incomplete, "standard output", error.description)
    }
  }

  /// Writes `bytes` to standard output, piece by piece.
  package static func answer(bytes: SparseBytes) throws {
    try bytes.forEachPiece { range, piece in
      for start in stride(from: 0, to: range.count, by: SparseBytes.wholeLimit) {
        let count = min(SparseBytes.wholeLimit, range.count - start)
        let part = piece.map { $0.count == count ? $0 : [UInt8]($0[start..<start + count]) }
        try answer(bytes: part ?? [UInt8](repeating: 0, count: count))
      }
      try FailedRead.check()
    }
  }

  /// Writes `text` and a newline to standard error; a failure to do so cannot be reported.
  package static func diagnose(_ text: String) {
    // A return at either end is ours: a guest's console may have put the terminal into raw mode.
    let (start, end) = (text.hasPrefix("\r") ? "\r" : "", text.hasSuffix("\r") ? "\r" : "")
    let line = text.dropFirst(start.count).dropLast(end.count)
    let painted = TerminalPaint.standardError.severities(in: String(line).linesEscapedForTerminal)
    try? write([UInt8]((start + painted + end + "\n").utf8), to: .standardError)
  }

  /// Replaces the current line of the terminal that standard error is with `text`.
  static func replaceLine(with text: String) {
    try? write([UInt8]("\r\u{1b}[K\(text.escapedForTerminal)".utf8), to: .standardError)
  }

  /// Occupies the numbers of standard streams that were closed when the program started; otherwise a backend could get
  /// one of them, and would receive the program's output.
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

extension StandardStream {
  /// Writes `finding` about `subject` to standard error, as all programs do: `program: subject: fact`, then the hint.
  package static func diagnose(_ finding: Finding, of program: String, about subject: String) {
    diagnose("\(program): \(subject.asSubject): \(finding)")
    if let hint = finding.hintLine { diagnose(hint) }
  }
}
