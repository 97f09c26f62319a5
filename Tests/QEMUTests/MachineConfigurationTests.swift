import FoundationEssentials
import PersistentMemory
import QEMU
import Testing

@Suite("Machines as command lines describe them")
struct MachineConfigurationTests {
  @Test("every option reaches its place")
  func everyOption() throws {
    let machine = try MachineConfiguration(arguments: [
      "-M", "q35,nvdimm=on,nvdimm-persistence=mem-ctrl,accel=kvm", "-m", "512", "-m", "slots=4,maxmem=4G",
      "-smp", "sockets=2,cores=2", "-cpu", "max", "-enable-kvm", "-name", "guest",
      "-object",
      "memory-backend-file,id=m1,mem-path=/a,,b,size=0x4000000,share=on,readonly=on,align=2M,pmem=on,prealloc=yes,"
        + "discard-data=true,merge=off,dump=off,reserve=no",
      "-device",
      "nvdimm,memdev=m1,label-size=256K,unarmed=on,slot=3,addr=0x180000000,node=1,flush-hint=off,"
        + "uuid=01234567-89AB-CDEF-0123-456789abcdef",
      "-kernel", "vmlinuz", "-initrd", "initrd.img", "-append", "console=ttyS0 a=b,c",
      "-serial", "stdio", "-serial", "file:log,,1", "-monitor", "unix:m.sock,server,nowait",
      "-qmp", "unix:q.sock,server=on", "-nographic", "-nodefaults", "-S", "-no-reboot", "-display", "none",
      "-dump-acpi", "tables", "--engine=qemu", "--run", "script.sh",
    ])
    var expected = MachineConfiguration()
    expected.machine = .q35
    expected.hasNVDIMM = true
    expected.persistence = .memoryController
    expected.memory = MemoryConfiguration(size: 512 << 20, slots: 4, maximum: 4 << 30)
    expected.processors = 4
    expected.processorModel = "max"
    expected.accelerators = ["kvm", "kvm"]
    expected.name = "guest"
    var backend = MemoryBackend(id: "m1", storage: .file(path: "/a,b"), size: 64 << 20)
    backend.isShared = true
    backend.isReadOnly = true
    backend.alignment = 2 << 20
    backend.isPersistentMemory = true
    backend.isPreallocated = true
    backend.discardsData = true
    backend.mayBeMerged = false
    backend.isDumped = false
    backend.reservesSwap = false
    expected.backends = [backend]
    var device = NVDIMMDevice(memoryDevice: "m1", labelSize: 256 << 10)
    device.isUnarmed = true
    device.slot = 3
    device.address = 0x1_8000_0000
    device.node = 1
    device.hasFlushHint = false
    device.uuid = UUID(uuidString: "01234567-89AB-CDEF-0123-456789ABCDEF")
    expected.devices = [device]
    expected.kernel = "vmlinuz"
    expected.initialRAMDisk = "initrd.img"
    expected.kernelCommandLine = "console=ttyS0 a=b,c"
    expected.serial = [.standardStreams, .file(path: "log,1")]
    expected.monitor = .socket(path: "m.sock", isServer: true, waits: false)
    expected.qmp = .socket(path: "q.sock", isServer: true, waits: true)
    expected.usesTerminal = true
    expected.hasNoDefaults = true
    expected.startsPaused = true
    expected.exitsOnReboot = true
    expected.tableDumpFolder = "tables"
    expected.engine = .qemu
    expected.script = "script.sh"
    #expect(machine == expected)
  }

  @Test("nothing at all is QEMU's default machine")
  func defaults() throws {
    let machine = try MachineConfiguration(arguments: [])
    #expect(machine == MachineConfiguration())
    #expect(machine.memory == MemoryConfiguration(size: 128 << 20, slots: 0, maximum: nil))
    #expect(machine.machine == .pc)
  }

  @Test("the short form is a shared file of the size it has, and its device")
  func shortForm() throws {
    let machine = try MachineConfiguration(arguments: [
      "--nvdimm", "a,,1.img,label-size=128K", "--nvdimm=b.img,readonly=on,id=second,slot=0",
    ])
    #expect(machine.hasNVDIMM)
    #expect(machine.backends.map(\.storage) == [.file(path: "a,1.img"), .file(path: "b.img")])
    #expect(machine.backends.map(\.size) == [nil, nil])
    #expect(machine.backends.map(\.isShared) == [true, true])
    #expect(machine.devices.map(\.id) == ["nvdimm1", "second"])
    #expect(machine.devices.map(\.labelSize) == [128 << 10, nil])
    #expect(machine.devices.map(\.isUnarmed) == [false, true])
    #expect(machine.devices.map(\.slot) == [nil, 0])
    #expect(machine.devices.map(\.memoryDevice) == machine.backends.map(\.id))
  }

  @Test("JSON objects serve as values of -object and -device")
  func json() throws {
    let machine = try MachineConfiguration(arguments: [
      "-object", #"{"qom-type":"memory-backend-file","id":"m","mem-path":"a,b","size":67108864,"share":true}"#,
      "-device", #"{"driver":"nvdimm","id":"n","memdev":"m","label-size":131072,"unarmed":true}"#,
    ])
    #expect(machine.backends[0].storage == .file(path: "a,b"))
    #expect(machine.backends[0].size == 64 << 20)
    #expect(machine.backends[0].isShared)
    #expect(machine.devices[0].labelSize == 128 << 10)
    #expect(machine.devices[0].isUnarmed)
  }

  @Test("what does not concern memory devices is passed over where that is wanted")
  func passedOver() throws {
    let machine = try MachineConfiguration(
      arguments: [
        "-drive", "file=disk.img,if=virtio", "-snapshot", "-vga", "std", "-machine", "pc-q35-7.2,vmport=off,hmat=on",
        "-object", "rng-random,id=rng0", "-device", "virtio-rng-pci,rng=rng0", "-m", "1G,slots=1,maxmem=2G",
        "-object", "memory-backend-file,id=m,mem-path=a,size=1M,policy=bind", "-device", "nvdimm,memdev=m,bus=x",
        "-no-user-config", "-display", "gtk", "disk.img",
      ], unknown: .passedOver)
    #expect(machine.machine == .q35)
    #expect(machine.memory == MemoryConfiguration(size: 1 << 30, slots: 1, maximum: 2 << 30))
    #expect(machine.backends.count == 1)
    #expect(machine.devices.count == 1)
  }
}
