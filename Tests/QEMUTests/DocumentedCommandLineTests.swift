import PersistentMemory
import QEMU
import Testing

/// The command lines of QEMU's own document (docs/nvdimm.txt), with values filled in.
@Suite("The command lines of QEMU's document")
struct DocumentedCommandLineTests {
  static let basic = [
    "-machine", "pc,nvdimm", "-m", "256M,slots=2,maxmem=1G",
    "-object", "memory-backend-file,id=mem1,share=on,mem-path=nv.img,size=64M",
  ]

  private func check(_ machine: JudgedMachine) {
    #expect(machine.startup.hasNVDIMM)
    #expect(machine.startup.ram == 0x1000_0000)
    #expect(machine.startup.slots == 2)
    #expect(machine.startup.maximum == 0x4000_0000)
    #expect(machine.backends.first?.isShared == true)
    #expect(machine.backends.first?.storage == .file(path: "nv.img"))
    #expect(machine.devices.map(\.option.id) == ["nvdimm1"])
    #expect(machine.devices.map(\.placement.address) == [1 << 32])
  }

  @Test("basic usage, the bare nvdimm flag included")
  func basicUsage() throws {
    let machine = try JudgedMachine(Self.basic + ["-device", "nvdimm,id=nvdimm1,memdev=mem1"])
    check(machine)
    #expect(machine.devices.map(\.geometry?.regionSize) == [0x400_0000])
  }

  @Test("with labels")
  func labels() throws {
    let machine = try JudgedMachine(Self.basic + ["-device", "nvdimm,id=nvdimm1,memdev=mem1,label-size=128K"])
    check(machine)
    #expect(machine.devices.map(\.geometry?.regionSize) == [0x3fe_0000])
  }

  @Test("several pairs; a device may stand before its backend, and their order is kept")
  func several() throws {
    let machine = try JudgedMachine(
      ["-device", "nvdimm,id=nvdimm2,memdev=mem2"] + Self.basic + [
        "-object", "memory-backend-ram,id=mem2,size=64M", "-device", "nvdimm,id=nvdimm1,memdev=mem1",
      ])
    #expect(machine.backends.map(\.id) == ["mem1", "mem2"])
    #expect(machine.devices.map(\.option.id) == ["nvdimm2", "nvdimm1"])
    #expect(machine.devices.map(\.backend) == ["mem2", "mem1"])
  }
}
