import PersistentMemory
import QEMU
import Testing

@Suite("Machines as QEMU gets them")
struct MachineConfigurationQEMUTests {
  @Test("arguments of QEMU's document come out in the form that QEMU takes since 6.1")
  func documented() throws {
    let machine = try JudgedMachine(
      DocumentedCommandLineTests.basic + ["-device", "nvdimm,id=nvdimm1,memdev=mem1,label-size=128K"])
    #expect(
      machine.qemuArguments == [
        "-machine", "type=pc,nvdimm=on", "-m", "size=268435456B,slots=2,maxmem=1073741824B", "-smp", "1",
        "-object", "qom-type=memory-backend-file,id=mem1,mem-path=nv.img,size=67108864,share=on",
        "-device", "driver=nvdimm,id=nvdimm1,memdev=mem1,label-size=131072", "-display", "none",
      ])
  }

  @Test("what QEMU gets describes the same machine, in words that do not change any more")
  func roundTrip() throws {
    let files = ["a,b": QEMUCommand.BackendFacts(size: 64 << 20, alignment: 4096)]
    let machine = try JudgedMachine(
      [
        "-M", "q35,nvdimm=yes,nvdimm-persistence=cpu", "-m", "1G,slots=4,maxmem=4G", "-smp", "cores=3", "-cpu", "max",
        "-accel", "kvm", "-object", "memory-backend-ram,id=r,size=2M,reserve=off,merge=off,dump=off",
        "-object", "memory-backend-file,id=m,mem-path=a,,b,size=0x4000000,readonly=on,align=2M",
        "-object", #"{"qom-type":"memory-backend-ram","id":"n0","size":536870912}"#,
        "-numa", "node,memdev=n0,cpus=0", "-numa", "node,mem=512,cpus=1-2",
        "-device", "nvdimm,memdev=/objects/r,slot=03,addr=0x180000000,flush-hint=off", "-device",
        "nvdimm,memdev=m,id=n,unarmed=on,node=1,uuid=01234567-89ab-cdef-0123-456789abcdef,werror=report",
        "-serial", "stdio", "-serial", "file:a,,b", "-monitor", "none", "-qmp", "unix:q,,s,server=on,wait=off",
        "-kernel", "k", "-initrd", "i", "-append", "a=b,c", "-nographic", "-S", "-no-reboot", "-nodefaults", "-name",
        "x",
      ], files: files)
    let words = machine.qemuArguments
    let again = try JudgedMachine(words, files: files).qemuArguments
    #expect(again == words)
    func values(_ option: String) -> [String] { zip(words, words.dropFirst()).filter { $0.0 == option }.map(\.1) }
    #expect(
      values("-object") == [
        "qom-type=memory-backend-ram,id=r,size=2097152,share=off,merge=off,dump=off,reserve=off",
        "qom-type=memory-backend-file,id=m,mem-path=a,,b,size=67108864,share=off,readonly=on,align=2097152",
        "qom-type=memory-backend-ram,id=n0,size=536870912,share=off",
        "qom-type=memory-backend-ram,id=node1-memory,size=536870912,share=off",
      ])
    // Newer machines refuse the size of a node.
    #expect(values("-numa") == ["type=node,memdev=n0,cpus=0", "type=node,memdev=node1-memory,cpus=1-2"])
    #expect(
      values("-device") == [
        "driver=nvdimm,memdev=r,slot=3,addr=0x180000000",
        "driver=nvdimm,id=n,memdev=m,unarmed=on,uuid=01234567-89ab-cdef-0123-456789abcdef,node=1",
      ])
    #expect(values("-serial") == ["stdio", "file:a,,b"])
    #expect(values("-qmp") == ["unix:q,,s,server=on,wait=off"])
  }

  @Test("the short form gets the sizes of its files, and room")
  func settled() throws {
    let files = [
      "a": QEMUCommand.BackendFacts(size: 64 << 20, alignment: 4096),
      "b": QEMUCommand.BackendFacts(size: 1 << 30, alignment: 2 << 20),
    ]
    let machine = try JudgedMachine(["-m", "256M", "--nvdimm", "a", "--nvdimm", "b,slot=5"], files: files)
    #expect(machine.backends.map(\.size) == [64 << 20, 1 << 30])
    // The alignment of a page is the default; a DAX device needs more.
    #expect(machine.backends.map(\.alignment) == [nil, 2 << 20])
    #expect(machine.startup.ram == 256 << 20)
    #expect(machine.startup.slots == 6)
    #expect(machine.startup.maximum == (256 + 64 + 1024) << 20)
    let limited = try JudgedMachine(["-m", "256M,slots=1,maxmem=1G", "--nvdimm", "a"], files: files)
    #expect(limited.startup.maximum == 1 << 30)
  }

  @Test("the short form takes the label area that is found, and the slot of its labels")
  func labels() throws {
    func facts(_ slot: Int?) -> QEMUCommand.BackendFacts {
      .init(size: 66 << 20, alignment: 4096, labelSize: 2 << 20, slot: slot)
    }
    let files = ["zero": facts(0), "three": facts(3), "blank": facts(nil), "other": facts(3)]
    func slots(_ options: String) throws -> [Int] {
      let words = options.split(separator: " ").flatMap { ["--nvdimm", String($0)] }
      return try JudgedMachine(words, files: files).devices.map(\.placement.slot)
    }
    #expect(try slots("three") == [3])
    #expect(try slots("blank zero three") == [1, 0, 3])
    #expect(try slots("three,slot=1 zero") == [1, 0])
    // Both were made for the same slot. Only a look at the second one's labels shows that it now has another.
    #expect(try slots("three other") == [3, 0])
    let machine = try JudgedMachine(
      ["--nvdimm", "zero", "--nvdimm", "three,label-size=none", "--nvdimm", "other,label-size=128K,slot=7"],
      files: files)
    #expect(machine.devices.map(\.option.labelSize) == [2 << 20, nil, 128 << 10])
    #expect(machine.configuration.command.labelSizesAsked["nvdimm2-backend"] == LabelSize.none)
  }
}
