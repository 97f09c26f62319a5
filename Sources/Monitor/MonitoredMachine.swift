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

  func pause()
  func resume()
  func pressPowerButton()
  func reset()
  func quit()
}

extension MonitoredMachine {
  /// Bytes of all NVDIMMs without their labels.
  var pluggedMemory: UInt64 { prediction.devices.reduce(0) { $0 + $1.placement.size } }
}
