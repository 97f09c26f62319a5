import Basics
package import QEMU
import Storage
import VirtualMachine

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

  static func missing(_ parameter: String) -> MonitorError { MonitorError(QEMUComplaint.missingParameter(parameter)) }

  init(_ complaint: QEMUComplaint) { self.init(.complaint(complaint, at: .nowhere)) }

  package init(_ stop: QEMUStop) {
    let (complaint, location) = stop.complaint
    var kind = Class.generic
    if case .deviceNotFound = complaint { kind = .deviceNotFound }
    self.init(location.prefix + complaint.description, kind: kind)
  }

  init(_ failure: MachineAssembly.Failure) {
    switch failure {
    case .stop(let stop): self.init(stop)
    case .backend(let error): self.init("\(error.path): \(error.reason)")
    case .hardware(let failure), .machine(.hardware(let failure)): self.init("\(failure)")
    case .machine(.kvm(let error)): self.init("\(error)")
    case .machine(.host(let error)): self.init("\(error)")
    case .machine(.boot(let error)): self.init("\(error)")
    case .machine(.tooFewAddressBits(let bits, let end)):
      self.init("the guest's memory ends at \(end.hex), beyond its \(bits) bits of physical address")
    }
  }
}
