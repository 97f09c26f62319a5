package import SystemPackage

/// Writes whole texts to standard output or standard error, without buffering.
package enum StandardStream {
  /// Writes `text` and a newline to standard output. Throws where nobody reads it any more, or the disk is full.
  package static func answer(_ text: String) throws(Errno) { try write(text + "\n", to: .standardOutput) }

  /// Writes `bytes` to standard output.
  package static func answer(bytes: [UInt8]) throws(Errno) { try write(bytes, to: .standardOutput) }

  /// Writes `text` and a newline to standard error; a failure to do so is nobody's to report.
  package static func diagnose(_ text: String, terminator: String = "\n") {
    try? write(text + terminator, to: .standardError)
  }

  private static func write(_ text: String, to stream: FileDescriptor) throws(Errno) {
    try write([UInt8](text.utf8), to: stream)
  }

  private static func write(_ bytes: [UInt8], to stream: FileDescriptor) throws(Errno) {
    do { _ = try stream.writeAll(bytes) } catch let error as Errno { throw error } catch { throw .ioError }
  }
}
