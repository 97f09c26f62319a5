package import QEMU
package import VirtualMachine

/// The machine that an emulation runs, as monitors see it.
package final class EmulatedMachine: MonitoredMachine {
  private let control: MachineControl
  private let inventory: MemoryDeviceInventory

  package init(_ control: MachineControl, _ inventory: MemoryDeviceInventory) {
    self.control = control
    self.inventory = inventory
  }

  package var runState: MachineControl.RunState { control.runState }
  package var baseMemory: UInt64 { inventory.baseMemory }
  package var backends: [MemoryBackend] { inventory.backends }
  package var memoryDevices: [MemoryDeviceInventory.Entry] { inventory.entries }

  package func add(_ backend: MemoryBackend) throws(MonitorError) {
    do { try inventory.add(backend) } catch { throw MonitorError(error) }
  }

  package func removeBackend(_ id: String) throws(MonitorError) {
    do { try inventory.removeBackend(id) } catch { throw MonitorError(error) }
  }

  package func plug(_ device: NVDIMMDevice) throws(MonitorError) {
    do { try inventory.plug(device, into: control.machine) } catch { throw MonitorError(error) }
  }

  package func unplug(_ id: String) throws(MonitorError) {
    do { try inventory.unplug(id) } catch { throw MonitorError(error) }
  }

  package func pause() { control.pause() }
  package func resume() { control.resume() }
  package func pressPowerButton() { control.pressPowerButton() }
  package func reset() { control.reset() }
  package func quit() { control.quit() }
}
