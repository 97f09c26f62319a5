import QEMU
import Testing

@Suite("Machines as QEMU gets them")
struct MachineConfigurationQEMUTests {
  @Test("arguments of QEMU's document come out in the form that QEMU takes since 6.1")
  func documented() throws {
    let machine = try MachineConfiguration(
      arguments: DocumentedCommandLineTests.basic + ["-device", "nvdimm,id=nvdimm1,memdev=mem1,label-size=128K"])
    #expect(
      machine.qemuArguments == [
        "-machine", "type=pc,nvdimm=on", "-m", "size=268435456B,slots=2,maxmem=1073741824B", "-smp", "1",
        "-object", "qom-type=memory-backend-file,id=mem1,mem-path=nv.img,size=67108864,share=on",
        "-device", "driver=nvdimm,id=nvdimm1,memdev=mem1,label-size=131072", "-display", "none",
      ])
  }

  @Test("what QEMU gets describes the same machine")
  func roundTrip() throws {
    let machine = try MachineConfiguration(arguments: [
      "-M", "q35,nvdimm=on,nvdimm-persistence=cpu", "-m", "1G,slots=4,maxmem=4G", "-smp", "3", "-cpu", "max",
      "-accel", "kvm", "-object", "memory-backend-ram,id=r,size=2M,reserve=off,merge=off,dump=off",
      "-object", "memory-backend-file,id=m,mem-path=a,,b,size=64M,readonly=on,pmem=on,align=2M,prealloc=on",
      "-device", "nvdimm,memdev=r,slot=3,addr=0x180000000", "-device",
      "nvdimm,memdev=m,id=n,unarmed=on,node=1,uuid=01234567-89ab-cdef-0123-456789abcdef",
      "-serial", "stdio", "-serial", "file:a,,b", "-monitor", "none", "-qmp", "unix:q,,s,server=on,wait=off",
      "-kernel", "k", "-initrd", "i", "-append", "a=b,c", "-nographic", "-S", "-no-reboot", "-nodefaults", "-name", "x",
    ])
    #expect(try MachineConfiguration(arguments: machine.qemuArguments) == machine)
  }

  @Test("the short form gets the sizes of its files, and room")
  func settled() throws {
    let machine = try MachineConfiguration(arguments: ["-m", "256M", "--nvdimm", "a", "--nvdimm", "b,slot=5"])
    let settled = machine.settled { path in path == "a" ? (64 << 20, 4096) : (1 << 30, 2 << 20) }
    #expect(settled.backends.map(\.size) == [64 << 20, 1 << 30])
    // A page is what is aligned to without a word; a DAX device wants more.
    #expect(settled.backends.map(\.alignment) == [nil, 2 << 20])
    #expect(settled.memory == MemoryConfiguration(size: 256 << 20, slots: 6, maximum: (256 + 64 + 1024) << 20))
    let limited = try MachineConfiguration(arguments: ["-m", "256M,slots=1,maxmem=1G", "--nvdimm", "a"])
    #expect(limited.settled { _ in (4096, 4096) }.memory == limited.memory)
  }
}
