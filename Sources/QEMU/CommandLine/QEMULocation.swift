/// The place in QEMU's configuration where QEMU finds a fault; its messages begin with it.
package enum QEMULocation: Hashable, Sendable {
  case nowhere
  /// One option of the command line as given: `-device nvdimm,memdev=mem1`.
  case arguments([String])
  /// A line of a file that `-readconfig` names.
  case file(path: String, line: Int)

  /// The beginning of a message, after the name of the program.
  package var prefix: String {
    switch self {
    case .nowhere: ""
    case .arguments(let arguments): arguments.joined(separator: " ") + ": "
    case .file(let path, let line): "\(path):\(line): "
    }
  }
}

extension QEMULocation {
  /// Runs `body` and rethrows its complaint as a complaint at this location.
  func blamed<Value>(_ body: () throws(QEMUComplaint) -> Value) throws(QEMUStop) -> Value {
    do { return try body() } catch { throw .complaint(error, at: self) }
  }
}
