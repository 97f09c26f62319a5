/// Why a monitor's command was not done, in QEMU's words and classes.
package struct MonitorError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Source: QEMU `qapi/error.json`.
  package enum Class: String, Sendable {
    case generic = "GenericError"
    case commandNotFound = "CommandNotFound"
    case deviceNotFound = "DeviceNotFound"
  }

  package let kind: Class
  package let description: String

  package init(_ description: String, kind: Class = .generic) {
    self.kind = kind
    self.description = description
  }

  static func missing(_ parameter: String) -> MonitorError { MonitorError("Parameter '\(parameter)' is missing") }
}
