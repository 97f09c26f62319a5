import Basics
package import PersistentMemory
package import QEMU
import Storage
package import VirtualMachine

/// A conversation with one client of a monitor, independent of how its bytes are read and written.
///
/// A client's command may itself cause an event for the client: then `text(of:)` is called within `receive`.
package protocol MonitorSession: AnyObject {
  /// The greeting for the client.
  var greeting: String { get }

  /// Handles input from the client. Returns the output for it.
  func receive(_ bytes: [UInt8]) -> String

  /// Returns the text that informs the client of `event`.
  func text(of event: MachineEvent) -> String
}

/// The failure of a monitor's command, with QEMU's message and class.
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

/// A machine as a monitor shows and controls it.
package protocol MonitoredMachine: AnyObject {
  var runState: MachineControl.RunState { get }
  /// The size of RAM in bytes.
  var baseMemory: UInt64 { get }
  /// The machine's backends and memory devices, according to the judge.
  var prediction: MachinePrediction { get }

  /// Adds or removes a backend or a memory device. Changes nothing if that fails.
  func perform(_ command: HotplugCommand) throws(MonitorError)

  /// Applies `command` to the NVDIMM in `slot`.
  func perform(_ command: ConditionCommand, slot: Int) throws(MonitorError)
  /// The media errors and health of each NVDIMM, by slot.
  var conditions: [Int: DIMMCondition] { get }

  func pause()
  func resume()
  func pressPowerButton()
  func reset()
  func quit()
}

extension MonitoredMachine {
  /// Returns the slot of the NVDIMM that `name` identifies by its id or its slot number.
  func slot(of name: String) throws(MonitorError) -> Int {
    let devices = prediction.devices
    let device = devices.first { $0.option.id == name } ?? devices.first { String($0.placement.slot) == name }
    guard let device else { throw MonitorError("Device '\(name)' not found", kind: .deviceNotFound) }
    return device.placement.slot
  }

  /// The size in bytes of all NVDIMMs without their label areas.
  var pluggedMemory: UInt64 { prediction.devices.reduce(0) { $0 + $1.placement.size } }
}

/// The machine of an emulation, as monitors see it. It belongs to the thread of the emulation's loop.
package final class EmulatedMachine: MonitoredMachine {
  private let control: MachineControl
  private var assembly: MachineAssembly

  package init(_ control: MachineControl, _ assembly: MachineAssembly) {
    self.control = control
    self.assembly = assembly
  }

  package var runState: MachineControl.RunState { control.runState }
  package var baseMemory: UInt64 { assembly.startup.ram }
  package var prediction: MachinePrediction { assembly.startup.prediction }

  package func perform(_ command: HotplugCommand) throws(MonitorError) {
    do { try assembly.perform(command, on: control.machine) } catch { throw MonitorError(error) }
  }

  package func perform(_ command: ConditionCommand, slot: Int) throws(MonitorError) {
    guard let machine = control.machine else { throw MonitorError("the guest is restarting") }
    do { try machine.perform(command, slot: slot) } catch { throw MonitorError("\(error)") }
  }

  package var conditions: [Int: DIMMCondition] { control.machine?.conditions ?? [:] }

  package func pause() { control.pause() }
  package func resume() { control.resume() }
  package func pressPowerButton() { control.pressPowerButton() }
  package func reset() { control.reset() }
  package func quit() { control.quit() }
}
