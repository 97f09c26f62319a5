package import QEMU
package import VirtualMachine

/// What a monitor shows and does of a machine.
package protocol MonitoredMachine: AnyObject {
  var runState: MachineControl.RunState { get }
  /// Bytes of RAM.
  var baseMemory: UInt64 { get }
  /// In the order in which they were added.
  var backends: [MemoryBackend] { get }
  /// In the order in which they were plugged.
  var memoryDevices: [MemoryDeviceInventory.Entry] { get }

  func add(_ backend: MemoryBackend) throws(MonitorError)
  func removeBackend(_ id: String) throws(MonitorError)
  func plug(_ device: NVDIMMDevice) throws(MonitorError)
  func unplug(_ id: String) throws(MonitorError)

  func pause()
  func resume()
  func pressPowerButton()
  func reset()
  func quit()
}

extension MonitoredMachine {
  /// In the order of addresses, as QEMU lists them.
  var devicesByAddress: [MemoryDeviceInventory.Entry] {
    memoryDevices.sorted { $0.placement.address < $1.placement.address }
  }

  /// Bytes of all NVDIMMs without their labels.
  var pluggedMemory: UInt64 { memoryDevices.reduce(0) { $0 + $1.placement.size } }
}
