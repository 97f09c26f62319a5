import Basics
import Firmware
import PersistentMemory
import QEMU
import Storage
import Synchronization

/// The port through which the guest's NVDIMM methods call the VMM: see `MethodWindow`.
final class MethodDoorbell: PortDevice {
  private let hardware: GuestHardware
  /// Serves one request at a time, from any CPU.
  private let methods: Mutex<DeviceMethods>

  /// The offset of the method window in the firmware's memory.
  private static let window = Int(GuestPlatform.methodWindow.lowerBound - GuestPlatform.firmwareMemory.lowerBound)

  init(_ hardware: GuestHardware, notify: @escaping @Sendable (DeviceMethods.Notification) -> Void) {
    self.hardware = hardware
    methods = Mutex(hardware.deviceMethods(notify))
  }

  /// Adds a DIMM that was plugged into the hardware later.
  func plug(_ dimm: DIMM) {
    methods.withLock { methods in
      methods.interfaceTable = hardware.interfaceTable.structures
      methods.plug(dimm.methodDevice(hardware.alarm))
    }
    hardware.observer.tell(
      .hotplug, "NVDIMM in slot \(dimm.slot), \(ByteCount(dimm.geometry.regionSize)) at \(dimm.address.hex)")
  }

  func write(_ value: UInt32, width: Int, offset: Int) {
    guard width == 4, offset == 0 else { return }
    let count = min(Int(value), MethodWindow.requestLimit)
    methods.withLock { methods in
      // The guest may change the window at any time: only this one copy counts.
      guard let request = hardware.firmware.read(at: Self.window, count: count) else { return }
      let response = methods.handle(request: request)
      if MethodCallText.isInterfaceTable(request) { hardware.observer.tell(.hotplug, "the guest reads _FIT") }
      hardware.observer.tell(.labelCalls, "\(MethodCallText(request: request, response: response))")
      _ = hardware.firmware.write(response, at: Self.window)
    }
  }

  func read(width: Int, offset: Int) -> UInt32 { 0 }
}
