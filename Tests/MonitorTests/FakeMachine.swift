import Monitor
import QEMU
import VirtualMachine

/// A machine without a guest: it has 256 MiB, three slots, room up to 512 MiB, and one NVDIMM from its start.
final class FakeMachine: MonitoredMachine {
  var runState = MachineControl.RunState.prelaunch
  let baseMemory: UInt64 = 256 << 20
  var backends: [MemoryBackend] = []
  var memoryDevices: [MemoryDeviceInventory.Entry] = []
  /// What was asked of it.
  var requests: [String] = []
  private var placement: MemoryDevicePlacement

  init() throws {
    placement = try MemoryDevicePlacement(ram: 256 << 20, slots: 3, maximum: 512 << 20, machine: .q35)
    var backend = MemoryBackend(id: "m0", storage: .file(path: "m0.img"), size: 64 << 20)
    backend.isShared = true
    backends = [backend]
    try place(NVDIMMDevice(id: "nv0", memoryDevice: "m0", labelSize: 128 << 10), isHotplugged: false)
  }

  func add(_ backend: MemoryBackend) throws(MonitorError) {
    guard !backends.contains(where: { $0.id == backend.id }) else {
      throw MonitorError("attempt to add duplicate property '\(backend.id)' to object (type 'container')")
    }
    backends.append(backend)
  }

  func removeBackend(_ id: String) throws(MonitorError) {
    guard backends.contains(where: { $0.id == id }) else { throw MonitorError("object '\(id)' not found") }
    backends.removeAll { $0.id == id }
  }

  func plug(_ device: NVDIMMDevice) throws(MonitorError) {
    guard backends.contains(where: { $0.id == device.memoryDevice }) else {
      throw MonitorError("Device '\(device.memoryDevice)' not found", kind: .deviceNotFound)
    }
    do { try place(device, isHotplugged: true) } catch { throw MonitorError("\(error)") }
  }

  func unplug(_ id: String) throws(MonitorError) {
    throw MonitorError("nvdimm device hot unplug is not supported yet.")
  }

  private func place(_ device: NVDIMMDevice, isHotplugged: Bool) throws(MemoryDeviceError) {
    let size = backends.first { $0.id == device.memoryDevice }?.size ?? 0
    let labels = device.labelSize ?? 0
    let place = try placement.plug(
      id: device.id, size: size > labels ? size - labels : 0x1000, alignment: 0x1000, slot: device.slot)
    memoryDevices.append(MemoryDeviceInventory.Entry(device: device, placement: place, isHotplugged: isHotplugged))
  }

  func pause() { if runState == .running { runState = .paused } }
  func resume() { runState = .running }
  func pressPowerButton() { requests.append("powerdown") }
  func reset() { requests.append("reset") }
  func quit() { requests.append("quit") }
}
