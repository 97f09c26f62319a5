import FoundationEssentials
import PersistentMemory
import QEMU
import Testing

@Suite("Machines as command lines describe them")
struct MachineConfigurationTests {
  @Test("every option reaches its place")
  func everyOption() throws {
    let files = ["/a,b": QEMUCommand.BackendFacts(size: 64 << 20, alignment: 4096)]
    let machine = try JudgedMachine(
      [
        "-M", "q35,nvdimm=on,nvdimm-persistence=mem-ctrl,accel=kvm", "-m", "512", "-m", "slots=4,maxmem=8G",
        "-smp", "sockets=2,cores=2", "-cpu", "max", "-enable-kvm", "-name", "guest",
        "-object",
        "memory-backend-file,id=m1,mem-path=/a,,b,size=0x4000000,share=on,readonly=on,align=2M,pmem=on,prealloc=no,"
          + "discard-data=true,merge=off,dump=off,reserve=no",
        "-numa", "node,mem=256", "-numa", "node,mem=256",
        "-device",
        "nvdimm,memdev=m1,label-size=2M,unarmed=on,slot=3,addr=0x180000000,node=1,flush-hint=off,werror=report,"
          + "uuid=01234567-89AB-CDEF-0123-456789abcdef",
        "-kernel", "vmlinuz", "-initrd", "initrd.img", "-append", "console=ttyS0 a=b,c",
        "-serial", "stdio", "-serial", "file:log,,1", "-monitor", "unix:m.sock,server,nowait",
        "-qmp", "unix:q.sock,server=on", "-nographic", "-nodefaults", "-S", "-no-reboot", "-display", "none",
        "-dump-acpi", "tables", "--engine=qemu", "--run", "script.sh", "--allow", "label-cookie", "--allow-path", "/x",
        "-d", "dsm,exits", "--stats", "--power-cut", "--no-sandbox",
      ], files: files)
    #expect(machine.startup.hasNVDIMM)
    #expect(machine.startup.prediction.persistence == .memoryController)
    #expect(machine.startup.ram == 512 << 20)
    #expect(machine.startup.slots == 4)
    #expect(machine.startup.maximum == 8 << 30)
    #expect(machine.startup.processorCount == 4)
    #expect(machine.configuration.command.processorModel == "max")
    #expect(machine.configuration.accelerators == ["kvm", "kvm"])
    #expect(machine.configuration.name == "guest")
    var backend = MemoryBackend(id: "m1", storage: .file(path: "/a,b"), size: 64 << 20)
    backend.isShared = true
    backend.isReadOnly = true
    backend.alignment = 2 << 20
    backend.isPersistentMemory = true
    backend.discardsData = true
    backend.mayBeMerged = false
    backend.isDumped = false
    backend.reservesSwap = false
    #expect(machine.backends == [backend])
    let device = try #require(machine.devices.first)
    #expect(device.backend == "m1")
    #expect(device.option.labelSize == 2 << 20)
    #expect(device.option.isUnarmed)
    #expect(device.placement.slot == 3)
    #expect(device.placement.address == 0x1_8000_0000)
    #expect(device.option.node == 1)
    #expect(device.option.hasFlushHint == false)
    #expect(device.option.writeErrorPolicy == .report)
    #expect(device.option.uuid == "01234567-89AB-CDEF-0123-456789abcdef")
    let own = machine.configuration
    #expect(own.kernel == "vmlinuz")
    #expect(own.initialRAMDisk == "initrd.img")
    #expect(own.kernelCommandLine == "console=ttyS0 a=b,c")
    #expect(own.serial == [.standardStreams, .file(path: "log,1")])
    #expect(own.monitor == .socket(path: "m.sock", isServer: true, waits: false))
    #expect(own.qmp == .socket(path: "q.sock", isServer: true, waits: true))
    #expect(own.usesTerminal && own.hasNoDefaults && own.startsPaused && own.exitsOnReboot)
    #expect(own.tableDumpFolder == "tables")
    #expect(own.engine == .qemu)
    #expect(own.script == "script.sh")
    #expect(own.allowedWords == ["label-cookie"])
    #expect(own.allowedPaths == ["/x"])
    #expect(own.traceTopics == [.labelCalls, .exits])
    #expect(own.printsCounters && own.losesUnflushed && !own.hasSandbox)
  }

  @Test("nothing at all is QEMU's default machine")
  func defaults() throws {
    let machine = try JudgedMachine([])
    #expect(machine.startup.ram == 128 << 20)
    #expect(machine.startup.slots == nil && machine.startup.maximum == nil)
    #expect(machine.startup.processorCount == 1 && !machine.startup.hasNVDIMM)
  }

  @Test("the short form is a shared file of the size it has, and its device")
  func shortForm() throws {
    let machine = try JudgedMachine(
      ["--nvdimm", "a,,1.img,label-size=128K", "--nvdimm=b.img,readonly=on,id=second,slot=0"],
      files: [
        "a,1.img": QEMUCommand.BackendFacts(size: 4 << 20, alignment: 4096),
        "b.img": QEMUCommand.BackendFacts(size: 8 << 20, alignment: 4096),
      ])
    #expect(machine.startup.hasNVDIMM)
    #expect(machine.backends.map(\.storage) == [.file(path: "a,1.img"), .file(path: "b.img")])
    #expect(machine.backends.map(\.size) == [4 << 20, 8 << 20])
    #expect(machine.backends.map(\.isShared) == [true, true])
    #expect(machine.devices.map(\.option.id) == ["nvdimm1", "second"])
    #expect(machine.devices.map(\.option.labelSize) == [128 << 10, nil])
    #expect(machine.devices.map(\.option.isUnarmed) == [false, true])
    #expect(machine.devices.map(\.placement.slot) == [1, 0])
    #expect(machine.devices.map(\.backend) == machine.backends.map(\.id))
  }

  @Test("what asks for no slot keeps out of those that labels are made for, whichever way it is described")
  func slotsOfLabels() throws {
    let machine = try JudgedMachine(
      [
        "-object", "memory-backend-ram,id=m,size=4M", "-device", "nvdimm,memdev=m", "--nvdimm", "a.img", "--nvdimm",
        "b.img", "-machine", "pc,nvdimm=on",
      ],
      files: [
        "a.img": QEMUCommand.BackendFacts(size: 4 << 20, alignment: 4096, labelSize: 128 << 10, slot: 0),
        "b.img": QEMUCommand.BackendFacts(size: 4 << 20, alignment: 4096, labelSize: 128 << 10, slot: 2),
      ])
    #expect(machine.devices.map(\.placement.slot) == [1, 0, 2])
  }

  @Test("JSON objects serve as values of -object and -device")
  func json() throws {
    let machine = try JudgedMachine([
      "-machine", "pc,nvdimm=on", "-m", "128M,slots=1,maxmem=1G",
      "-object", #"{"qom-type":"memory-backend-file","id":"m","mem-path":"a,b","size":67108864,"share":true}"#,
      "-device", #"{"driver":"nvdimm","id":"n","memdev":"m","label-size":131072,"unarmed":true}"#,
    ])
    #expect(machine.backends[0].storage == .file(path: "a,b"))
    #expect(machine.backends[0].size == 64 << 20)
    #expect(machine.backends[0].isShared)
    #expect(machine.devices[0].option.labelSize == 128 << 10)
    #expect(machine.devices[0].option.isUnarmed)
  }

  @Test("numbers are read as QEMU reads them, and backends found by their paths")
  func spellings() throws {
    func device(_ properties: String) throws -> MachinePrediction.Device? {
      try JudgedMachine(
        "-machine pc,nvdimm -m 256M,slots=32,maxmem=1G -object memory-backend-ram,id=m,size=64M "
          + "-device nvdimm,\(properties)"
      ).devices.first
    }
    #expect(try device("memdev=m,slot=010")?.placement.slot == 8)
    #expect(try device("memdev=m,slot=0X3")?.placement.slot == 3)
    #expect(try device("memdev=m,addr=0400000000000")?.placement.address == 0x8_0000_0000)
    #expect(try device("memdev=/objects/m")?.backend == "m")
    #expect(try device("memdev=objects/m")?.backend == "m")
  }
}
