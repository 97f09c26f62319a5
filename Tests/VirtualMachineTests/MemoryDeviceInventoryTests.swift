import Foundation
import QEMU
import TestSupport
import Testing
import VirtualMachine

/// Backends and NVDIMMs that are added to a machine; needs no KVM.
@Suite("Inventory of memory devices")
struct MemoryDeviceInventoryTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func inventory(_ options: String) throws -> MemoryDeviceInventory {
    let words = options.split(separator: " ").map { $0.replacingOccurrences(of: "@", with: folder.url.path) }
    return MemoryDeviceInventory(try MachineAssembly(MachineConfiguration(arguments: words)))
  }

  private func file(_ id: String, _ name: String, size: UInt64) -> MemoryBackend {
    var backend = MemoryBackend(id: id, storage: .file(path: folder.path(name)), size: size)
    backend.isShared = true
    return backend
  }

  @Test("a file that is missing is made, in full size; one that is forgotten stays") func files() throws {
    let inventory = try inventory("-machine pc,nvdimm -m 128M,slots=2,maxmem=1G")
    try inventory.add(file("m1", "new.img", size: 4 << 20))
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("new.img")).count == 4 << 20)
    try inventory.removeBackend("m1")
    #expect(FileManager.default.fileExists(atPath: folder.path("new.img")))
    #expect(throws: MemoryDeviceInventory.Refusal.self) { try inventory.removeBackend("m1") }
  }

  @Test("what is refused changes nothing") func refusals() throws {
    let inventory = try inventory("-machine pc,nvdimm -m 128M,slots=2,maxmem=160M")
    try inventory.add(file("m1", "a.img", size: 4 << 20))
    try inventory.add(file("m2", "a.img", size: 4 << 20))
    try inventory.add(file("big", "big.img", size: 64 << 20))
    #expect(throws: MemoryDeviceInventory.Refusal.self) { try inventory.add(file("m1", "b.img", size: 4 << 20)) }
    #expect(throws: MemoryDeviceInventory.Refusal.self) { try inventory.add(file("m3", "a.img", size: 8 << 20)) }
    try inventory.plug(NVDIMMDevice(id: "nv1", memoryDevice: "m1"), into: nil)
    // Too large, no such backend, another name of a file that is written to, a name that is taken, a device in use.
    for device in [
      NVDIMMDevice(id: "nv2", memoryDevice: "big"), NVDIMMDevice(id: "nv2", memoryDevice: "nosuch"),
      NVDIMMDevice(id: "nv2", memoryDevice: "m2"), NVDIMMDevice(id: "nv1", memoryDevice: "m2"),
      NVDIMMDevice(id: "nv2", memoryDevice: "m1"),
    ] {
      #expect(throws: MemoryDeviceInventory.Refusal.self, "\(device)") { try inventory.plug(device, into: nil) }
    }
    #expect(inventory.entries.map(\.device.id) == ["nv1"])
    // The slot that those were refused is still free.
    try inventory.add(MemoryBackend(id: "ram", storage: .ram, size: 4 << 20))
    try inventory.plug(NVDIMMDevice(id: "nv2", memoryDevice: "ram"), into: nil)
    #expect(inventory.entries.map(\.placement.slot) == [0, 1])
  }
}
