import Basics
import QEMU
import VirtualMachine

extension HMPInterpreter {
  /// What `info` with `topic` shows, line for line as QEMU.
  func information(_ topic: String) -> [String] {
    guard !topic.isEmpty else { return HMPInformation.allCases.map(\.usage) }
    switch HMPInformation(rawValue: topic) {
    case nil: return ["unknown command: 'info \(topic)'"]
    case .status?: return ["VM status: \(status)"]
    case .version?: return ["7.2.0 (vnvdimm)"]
    case .memorySizeSummary?:
      return ["base memory: \(machine.baseMemory)", "plugged memory: \(machine.pluggedMemory)"]
    case .memoryDevices?: return machine.devicesByAddress.flatMap(Self.lines)
    case .memdev?: return machine.backends.reversed().flatMap(Self.lines)
    }
  }

  private var status: String {
    switch machine.runState {
    case .running: "running"
    case .paused: "paused"
    case .prelaunch: "paused (prelaunch)"
    }
  }

  private static func lines(of entry: MemoryDeviceInventory.Entry) -> [String] {
    [
      "Memory device [nvdimm]: \"\(entry.device.id ?? "")\"", "  addr: \(entry.placement.address.hex)",
      "  slot: \(entry.placement.slot)", "  node: \(entry.device.node)", "  size: \(entry.placement.size)",
      "  memdev: \(entry.memoryDevicePath)", "  hotplugged: \(entry.isHotplugged)", "  hotpluggable: true",
    ]
  }

  private static func lines(of backend: MemoryBackend) -> [String] {
    [
      "memory backend: \(backend.id)", "  size:  \(backend.size ?? 0)", "  merge: \(backend.mayBeMerged)",
      "  dump: \(backend.isDumped)", "  prealloc: \(backend.isPreallocated)", "  share: \(backend.isShared)",
      "  reserve: \(backend.reservesSwap)", "  policy: default", "  host nodes: ",
    ]
  }
}
