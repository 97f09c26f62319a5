package import PersistentMemory
package import QEMU
package import VirtualMachine

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
