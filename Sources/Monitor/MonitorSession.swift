import Basics
package import PersistentMemory
package import QEMU
import Storage
package import VirtualMachine

/// A conversation with one client of a monitor; who reads and writes its bytes is no concern of it.
///
/// What a client asks for may be an event for it, too: `text(of:)` is called within `receive`.
package protocol MonitorSession: AnyObject {
  /// What the client is greeted with.
  var greeting: String { get }

  /// Takes what the client sent; answers what it gets.
  func receive(_ bytes: [UInt8]) -> String

  /// What the client gets to know of `event`.
  func text(of event: MachineEvent) -> String
}

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

/// What a monitor shows and does of a machine.
package protocol MonitoredMachine: AnyObject {
  var runState: MachineControl.RunState { get }
  /// Bytes of RAM.
  var baseMemory: UInt64 { get }
  /// The machine's backends and memory devices, as the judge has them.
  var prediction: MachinePrediction { get }

  /// Adds or removes a backend or a memory device. Nothing is changed where that fails.
  func perform(_ command: HotplugCommand) throws(MonitorError)

  /// Does `command` to the NVDIMM in `slot`.
  func perform(_ command: ConditionCommand, slot: Int) throws(MonitorError)
  /// Errors and health of each NVDIMM, by its slot.
  var conditions: [Int: DIMMCondition] { get }

  func pause()
  func resume()
  func pressPowerButton()
  func reset()
  func quit()
}

extension MonitoredMachine {
  /// The slot of the NVDIMM that `name` names: by its id, or by the number of its slot.
  func slot(of name: String) throws(MonitorError) -> Int {
    let devices = prediction.devices
    let device = devices.first { $0.option.id == name } ?? devices.first { String($0.placement.slot) == name }
    guard let device else { throw MonitorError("Device '\(name)' not found", kind: .deviceNotFound) }
    return device.placement.slot
  }

  /// Bytes of all NVDIMMs without their labels.
  var pluggedMemory: UInt64 { prediction.devices.reduce(0) { $0 + $1.placement.size } }
}

/// The machine that an emulation runs, as monitors see it. It belongs to the thread of the emulation's loop.
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
