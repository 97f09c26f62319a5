import QEMU
import Testing

/// The command lines of QEMU's own document (docs/nvdimm.txt), with values put in.
@Suite("The command lines of QEMU's document")
struct DocumentedCommandLineTests {
  static let basic = [
    "-machine", "pc,nvdimm", "-m", "256M,slots=2,maxmem=1G",
    "-object", "memory-backend-file,id=mem1,share=on,mem-path=nv.img,size=64M",
  ]

  static var expected: MachineConfiguration {
    var backend = MemoryBackend(id: "mem1", storage: .file(path: "nv.img"), size: 0x400_0000)
    backend.isShared = true
    var machine = MachineConfiguration()
    machine.hasNVDIMM = true
    machine.memory = MemoryConfiguration(size: 0x1000_0000, slots: 2, maximum: 0x4000_0000)
    machine.backends = [backend]
    machine.devices = [NVDIMMDevice(id: "nvdimm1", memoryDevice: "mem1")]
    return machine
  }

  @Test("basic usage, the bare nvdimm flag included", arguments: [UnknownOptions.refused, .passedOver])
  func basicUsage(unknown: UnknownOptions) throws {
    let arguments = Self.basic + ["-device", "nvdimm,id=nvdimm1,memdev=mem1"]
    #expect(try MachineConfiguration(arguments: arguments, unknown: unknown) == Self.expected)
  }

  @Test("with labels")
  func labels() throws {
    var expected = Self.expected
    expected.devices[0].labelSize = 0x20000
    let arguments = Self.basic + ["-device", "nvdimm,id=nvdimm1,memdev=mem1,label-size=128K"]
    #expect(try MachineConfiguration(arguments: arguments) == expected)
  }

  @Test("several pairs; a device may stand before its backend, and their order is kept")
  func several() throws {
    let arguments =
      ["-device", "nvdimm,id=nvdimm2,memdev=mem2"] + Self.basic + [
        "-object", "memory-backend-ram,id=mem2,size=1G", "-device", "nvdimm,id=nvdimm1,memdev=mem1",
      ]
    let machine = try MachineConfiguration(arguments: arguments)
    #expect(machine.backends.map(\.id) == ["mem1", "mem2"])
    #expect(machine.devices.map(\.id) == ["nvdimm2", "nvdimm1"])
    #expect(machine.backend(of: machine.devices[0])?.storage == .ram)
  }
}
