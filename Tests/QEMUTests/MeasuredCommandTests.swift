import Basics
import QEMU
import Testing

/// QEMU 7.2's answer to each command line; the prediction must match to the letter.
@Suite("Command lines as QEMU 7.2 took them")
struct MeasuredCommandTests {
  private static let machine = "-M pc,nvdimm=on -m 256M,slots=4,maxmem=4G"
  private static let backend = "-object memory-backend-file,id=m1,mem-path=f,share=on,size=64M"

  private func prediction(
    _ line: String, _ architecture: Architecture = .x86_64, _ release: QEMURelease = QEMURelease(7, 2)
  ) -> MachinePrediction {
    let arguments = ["qemu-system-\(architecture.rawValue)"] + line.split(separator: " ").map(String.init)
    return MachineStartup.prediction(of: arguments, SizingRules(release, architecture)) { _ in
      HostPath(forWriting: .file(size: 64 << 20), forReading: .file(size: 64 << 20), identity: "f")
    } readFile: { _ in
      .success("")
    }
  }

  @Test(
    "-global, which comes before a device's own properties",
    arguments: [
      ("nvdimm.slot=x", "can't apply global nvdimm.slot=x: Parameter 'slot' expects int64"),
      ("nvdimm.slot=99999999999", "can't apply global nvdimm.slot=99999999999: Parameter 'slot' expects int32_t"),
      ("nvdimm.node=x", "can't apply global nvdimm.node=x: Parameter 'node' expects uint64"),
      ("nvdimm.unarmed=", "can't apply global nvdimm.unarmed=: Parameter 'unarmed' expects 'on' or 'off'"),
      (
        "nvdimm.label-size=x",
        "can't apply global nvdimm.label-size=x: Parameter 'label-size' expects a non-negative number below 2^64"
      ),
      (
        "nvdimm.label-size=1",
        "can't apply global nvdimm.label-size=1: Property 'nvdimm.label-size' (0x1) is required at least 0x20000"
      ),
      ("nvdimm.memdev=zz", "can't apply global nvdimm.memdev=zz: Device 'zz' not found"),
      ("pc-dimm.foo=1", "can't apply global pc-dimm.foo=1: Property 'nvdimm.foo' not found"),
      ("nvdimm.size=1", "can't apply global nvdimm.size=1: Property 'nvdimm.size' is not writable"),
      ("nvdimm.slot=1,foo=2", "can't apply global nvdimm.slot=1,foo=2: Parameter 'slot' expects int64"),
      ("nvdimm.slot=9", "invalid slot number 9, valid range is [0-3]"),
      ("virtio-pmem.foo=1", nil), ("memory-backend-file.foo=1", nil), ("zz.foo=1", nil),
    ] as [(String, String?)])
  func global(_ text: String, expected: String?) {
    let device = "-device nvdimm,memdev=m1"
    let predicted = prediction("\(Self.machine) \(Self.backend) \(device) -global \(text)")
    #expect(predicted.message == expected.map { "\(device): \($0)" })
    // Without the device, there is no error.
    #expect(prediction("\(Self.machine) \(Self.backend) -global \(text)").stop == nil)
  }

  @Test("the last -global counts, and what the device says itself more") func overriding() {
    func device(_ rest: String) -> MachinePrediction.Device? {
      prediction("\(Self.machine) \(Self.backend) \(rest)").devices.first
    }
    let slots = "-global nvdimm.slot=1 -global pc-dimm.slot=2"
    #expect(device("\(slots) -device nvdimm,memdev=m1")?.placement.slot == 2)
    #expect(device("\(slots) -device nvdimm,memdev=m1,slot=3")?.placement.slot == 3)
    #expect(device("-global nvdimm.slot=1 -device pc-dimm,memdev=m1")?.placement.slot == 0)
    #expect(
      device("-global driver=nvdimm,property=label-size,value=2M -device nvdimm,memdev=m1")?.placement.size
        == 62 << 20)
    #expect(device("-global nvdimm.memdev=m1 -device nvdimm") != nil)
    let both = "-global virtio-pmem-pci.memaddr=0x150000000 -global virtio-pmem.memaddr=0x140000000"
    #expect(device("\(both) -device virtio-pmem-pci,memdev=m1")?.placement.address == 0x1_5000_0000)
  }

  @Test(
    "what is no -global",
    arguments: [
      ("nvdimm", "Invalid parameter 'nvdimm'"), ("nvdimm.slot", "Invalid parameter 'nvdimm.slot'"),
      (".slot=1", "Invalid parameter '.slot'"), ("nvdimm.=1", "Invalid parameter 'nvdimm.'"),
      ("=1", "Invalid parameter ''"),
      ("driver=nvdimm", "options 'driver', 'property', and 'value' are required"),
      ("driver=nvdimm,property=slot,value=1,foo=2", "Invalid parameter 'foo'"),
    ])
  func noGlobal(_ text: String, expected: String) {
    #expect(prediction("\(Self.machine) -global \(text)").message == "-global \(text): \(expected)")
  }

  @Test(
    "of several unknown parameters the one that a hash table of GLib's has first",
    arguments: [
      ("-object memory-backend-file,id=m,mem-path=f,size=64M,foo=1,bar=2", "Invalid parameter 'bar'"),
      ("-object memory-backend-file,zz=1,id=m,mem-path=f,aa=3,size=64M,bar=2", "Invalid parameter 'aa'"),
      ("-object memory-backend-file,a=1,b=2,c=3,d=4,id=m,mem-path=f,size=64M", "Invalid parameter 'b'"),
      ("-object memory-backend-ram,d=1,c=2,b=3,a=4,id=m,size=64M", "Invalid parameter 'b'"),
      ("-object memory-backend-ram,align=2M,pmem=on,id=m,size=64M", "Invalid parameter 'pmem'"),
      (
        #"-object {"qom-type":"memory-backend-file","id":"m","mem-path":"f","size":67108864,"z":1,"b":2,"c":3,"a":4}"#,
        "Parameter 'b' is unexpected"
      ),
      ("-numa node,foo=1,bar=2", "Invalid parameter 'bar'"),
      ("-numa node,a=2,b=1,c=2,d=3,nodeid=0", "Invalid parameter 'b'"),
    ])
  func unknownParameters(_ option: String, expected: String) {
    #expect(prediction("-M pc -m 256M \(option)").message == "\(option): \(expected)")
  }

  @Test(
    "what the groups of a machine do not know",
    arguments: [
      ("-smp 1,foo=1,bar=2", "Parameter 'smp.bar' is unexpected"), ("-smp x", "Parameter 'smp.cpus' expects integer"),
      ("-boot foo=1,bar=2", "Parameter 'boot.bar' is unexpected"), ("-smp 2,sockets=1,cores=2", nil),
      ("-boot menu=on,splash-time=5", nil),
    ] as [(String, String?)])
  func groups(_ option: String, expected: String?) {
    #expect(prediction("-M pc -m 256M \(option)").message == expected)
  }

  @Test("mem= and memdev= of nodes do not go together, whichever comes first") func mixedNodes() {
    let ram = "-M pc-q35-4.2 -m 256M -object memory-backend-ram,id=r0,size=128M"
    let message = "numa configuration should use either mem= or memdev=,mixing both is not allowed"
    #expect(
      prediction("\(ram) -numa node,mem=128M -numa node,memdev=r0").message == "-numa node,memdev=r0: \(message)")
    #expect(
      prediction("\(ram) -numa node,memdev=r0 -numa node,mem=128M").message == "-numa node,mem=128M: \(message)")
  }

  @Test("an old machine packs DIMMs, and no other device") func oldMachine() {
    let line =
      "-M pc-i440fx-2.1,nvdimm=on -m 256M,slots=4,maxmem=4G -object memory-backend-file,id=m0,mem-path=f,size=10M "
      + "-device nvdimm,memdev=m0,label-size=128K -object memory-backend-file,id=m1,mem-path=f,size=64M,align=2M"
    func address(_ driver: String) -> UInt64? {
      prediction("\(line) -device \(driver),memdev=m1").devices.last?.placement.address
    }
    #expect(address("virtio-pmem-pci") == 0x1_00a0_0000)
    #expect(address("nvdimm") == 0x1_009e_0000)
  }

  @Test(
    "where the RAM goes on that is not below 4 GiB, the devices begin behind it",
    arguments: [
      ("-M q35,nvdimm=on,max-ram-below-4g=1G -m 2816M", 0x1_8000_0000),
      ("-M q35,nvdimm=on,max-ram-below-4g=1G -m 1G", 0x1_0000_0000),
      ("-M q35,nvdimm=on,max-ram-below-4g=1G -m 1025M", 0x1_4000_0000),
      ("-M q35,nvdimm=on,max-ram-below-4g=1500M -m 4G", 0x1_c000_0000),
      ("-M q35,nvdimm=on,max-ram-below-4g=4G -m 3G", 0x1_4000_0000),
      ("-M pc,nvdimm=on,max-ram-below-4g=512M -m 1G", 0x1_4000_0000),
      ("-M pc,nvdimm=on,max-ram-below-4g=4G -m 5G", 0x1_8000_0000),
      ("-M pc,nvdimm=on,max-ram-below-4g=3328M -m 4G", 0x1_4000_0000),
      ("-M pc,nvdimm=on,max-ram-below-4g=0 -m 4G", 0x1_4000_0000),
      ("-M q35,nvdimm=on -cpu max,phys-bits=48 -m 1G,maxmem=2T", 0x100_0000_0000),
      ("-M pc,nvdimm=on -cpu EPYC,phys-bits=48 -m 6G,maxmem=2T", 0x100_c000_0000),
      ("-M pc-q35-7.0,nvdimm=on -cpu max,phys-bits=48 -m 1G,maxmem=2T", 0x1_0000_0000),
      ("-M q35,nvdimm=on -cpu Haswell,phys-bits=48 -m 1G,maxmem=2T", 0x1_0000_0000),
      ("-M q35,nvdimm=on -cpu max,phys-bits=48 -m 1G,maxmem=900G", 0x1_0000_0000),
    ] as [(String, UInt64)])
  func highRAM(_ machine: String, address: UInt64) {
    let room = machine.contains("maxmem") ? "" : ",maxmem=8G"
    let line = "\(machine)\(room),slots=4 \(Self.backend) -device nvdimm,memdev=m1"
    #expect(prediction(line).devices.first?.placement.address == address)
  }

  @Test(
    "-smp and -boot on a machine without a board",
    arguments: [
      ("-M none -boot foo=1", "Parameter 'boot.foo' is unexpected"),
      ("-M none -smp foo=1", "Parameter 'smp.foo' is unexpected"),
      ("-M none,nvdimm=bogus -boot foo=1", "Parameter 'boot.foo' is unexpected"),
      ("-M none,nvdimm=bogus -smp foo=1", "Property 'none-machine.nvdimm' not found"),
      ("-M none -smp 1,cpus=x", "Parameter 'smp.cpus' expects integer"),
    ])
  func bare(_ line: String, expected: String) { #expect(prediction(line).message == expected) }

  @Test("max-ram-below-4g= that is none") func lowRAMLimit() {
    #expect(
      prediction("-M q35,max-ram-below-4g=5G").message
        == "Machine option 'max-ram-below-4g=5368709120' expects size less than or equal to 4G")
    #expect(prediction("-M q35,max-ram-below-4g=x").message == "Parameter 'max-ram-below-4g' expects size")
  }

  @Test(
    "a virt machine has memory devices with a firmware, ACPI and processors of 64 bits alone",
    arguments: [
      ("virt,nvdimm=on -cpu max", "memory hotplug is not enabled: missing acpi-ged device"),
      ("virt,nvdimm=on,acpi=off -bios f -cpu max", "memory hotplug is not enabled: missing acpi-ged device"),
      ("virt -bios f -cpu max", "nvdimm is not enabled: add 'nvdimm=on' to '-M'"),
      ("virt,nvdimm=on -bios f -cpu max,pmu=off", nil), ("virt,nvdimm=on -bios f -cpu cortex-a57", nil),
      ("virt,nvdimm=on -drive if=pflash,file=f -cpu max", nil),
      ("virt,nvdimm=on -bios f -accel kvm", nil),
      ("virt,nvdimm=on -bios f", "memory hotplug is not enabled: missing acpi-ged device"),
      ("virt,nvdimm=on -bios f -cpu cortex-a15", "memory hotplug is not enabled: missing acpi-ged device"),
    ] as [(String, String?)])
  func virt(_ machine: String, expected: String?) {
    let device = "-device nvdimm,memdev=m1"
    let predicted = prediction("-M \(machine) -m 256M,slots=2,maxmem=4G \(Self.backend) \(device)", .aarch64)
    #expect(predicted.message == expected.map { "\(device): \($0)" })
  }

  @Test(
    "pseries: blocks of 256 MiB, nodes without anything, old machines",
    arguments: [
      (
        "10.0",
        "-M pseries -m 512M,slots=2,maxmem=4G -object memory-backend-ram,id=m,size=64M -device pc-dimm,memdev=m",
        "-device pc-dimm,memdev=m: Hotplugged memory size must be a multiple of 256 MB"
      ),
      (
        "5.2", "-M pseries-5.0 -m 512M -numa node,mem=512M -numa node",
        "Memory-less/cpu-less nodes are not supported (node 1)"
      ),
      (
        "5.2", "-M pseries-4.2 -m 512M,slots=2,maxmem=4G \(backend) -device nvdimm,memdev=m1,label-size=128K",
        "-device nvdimm,memdev=m1,label-size=128K: NVDIMM hotplug not supported for this machine"
      ),
      ("5.2", "-M pseries-4.2,nvdimm=on", "Property 'pseries-4.2-machine.nvdimm' not found"),
      ("5.2", "-M pseries-2.9", "No Transactional Memory support in TCG"), ("5.2", "-M pseries-2.9,cap-htm=off", nil),
      ("5.2", "-M pseries-2.7", nil), ("10.0", "-M pseries,cap-htm=on", "No Transactional Memory support in TCG"),
    ] as [(String, String, String?)])
  func power(_ release: String, _ line: String, expected: String?) throws {
    let release = try #require(QEMURelease(parsing: release))
    #expect(prediction(line, .ppc64, release).message == expected)
    let nodes = "-M pseries-5.0 -m 512M -smp 2 -numa node,mem=512M -numa node"
    #expect(prediction(nodes, .ppc64, QEMURelease(5, 2)).stop == .unknown("the processors of nodes without memory"))
  }

  @Test(
    "virtio-pmem is neither taken from nor given to a machine that runs, but by i440fx's bus, which takes it",
    arguments: [
      ("pc", QEMURelease(7, 2), nil, "virtio based memory devices cannot be unplugged."),
      ("pc", QEMURelease(5, 0), nil, "virtio pmem device unplug not supported."),
      ("pc", QEMURelease(8, 2), nil, "this virtio based memory devices cannot be unplugged"),
      (
        "q35", QEMURelease(7, 2), "Bus 'pcie.0' does not support hotplugging",
        "Bus 'pcie.0' does not support hotplugging"
      ),
    ] as [(String, QEMURelease, String?, String)])
  func virtioHotplug(machine: String, release: QEMURelease, plug: String?, unplug: String) {
    let line =
      "qemu-system-x86_64 -M \(machine) -m 256M,slots=4,maxmem=4G -object memory-backend-ram,id=m1,size=64M "
      + "-object memory-backend-ram,id=m2,size=64M -device virtio-pmem-pci,id=d,memdev=m1"
    let commands = ["device_add virtio-pmem-pci,id=e,memdev=m2", "device_del d"].compactMap { HotplugCommand($0) }
    let predicted = MachineStartup.prediction(
      of: line.split(separator: " ").map(String.init), SizingRules(release), hotplug: commands
    ) { _ in
      HostPath(forWriting: .missing, forReading: .missing, identity: "f")
    } readFile: { _ in
      .success("")
    }
    #expect(predicted.answers.map { $0?.description } == [plug, unplug])
  }

  @Test(
    "the monitor's answers differ from release to release",
    arguments: [
      (QEMURelease(7, 2), Self.slotAsText, nil),
      (QEMURelease(10, 0), Self.slotAsText, "Invalid parameter type for 'slot', expected: integer"),
      (QEMURelease(7, 2), Self.labelsAsText, nil),
      (QEMURelease(10, 0), Self.labelsAsText, "Parameter 'label-size' expects uint64"),
      (QEMURelease(5, 2), "device_add nvdimm,id=d,memdev=m2", "Duplicate ID 'd' for device"),
      (QEMURelease(7, 2), "device_add nvdimm,id=d,memdev=m2", "Duplicate device ID 'd'"),
      (QEMURelease(10, 0), "object_del m1", "object 'm1' is in use, can not be deleted"),
      (QEMURelease(11, 1), "object_del m1", "Cannot delete host memory backend 'm1' which is mapped"),
    ] as [(QEMURelease, String, String?)])
  func monitorWords(release: QEMURelease, command: String, expected: String?) throws {
    let line =
      "qemu-system-x86_64 -M q35,nvdimm=on -m 256M,slots=4,maxmem=4G -object memory-backend-ram,id=m1,size=64M "
      + "-object memory-backend-ram,id=m2,size=64M -device nvdimm,id=d,memdev=m1"
    let predicted = MachineStartup.prediction(
      of: line.split(separator: " ").map(String.init), SizingRules(release),
      hotplug: [try #require(HotplugCommand(command))]
    ) { _ in
      HostPath(forWriting: .missing, forReading: .missing, identity: "f")
    } readFile: { _ in
      .success("")
    }
    #expect(predicted.answers.map { $0?.description } == [expected])
  }

  private static let slotAsText =
    #"{"execute":"device_add","arguments":{"driver":"nvdimm","id":"e","memdev":"m2","slot":"1"}}"#
  private static let labelsAsText =
    #"{"execute":"device_add","arguments":{"driver":"nvdimm","id":"e","memdev":"m2","label-size":"128K"}}"#

  @Test(
    "a configuration file is blamed in different places",
    arguments: [
      (QEMURelease(5, 2), #" x = "1""#, "-readconfig c: read config c: Invalid argument"),
      (QEMURelease(7, 2), #" x = "1""#, "c:1: no group defined"),
      (QEMURelease(10, 0), #" x = "1""#, "-readconfig c: no group defined"),
      (QEMURelease(5, 2), "[device]\n driver = \"nvdimm\"\n memdev = \"zz\"", "c:1: Device 'zz' not found"),
      (QEMURelease(10, 0), "[device]\n driver = \"nvdimm\"\n memdev = \"zz\"", "c:3: Device 'zz' not found"),
    ])
  func configurationPlaces(release: QEMURelease, file: String, expected: String) {
    let predicted = MachineStartup.prediction(
      of: ["qemu-system-x86_64", "-m", "128M,slots=1,maxmem=1G", "-readconfig", "c"], SizingRules(release)
    ) { _ in
      HostPath(forWriting: .missing, forReading: .missing, identity: "f")
    } readFile: { _ in
      .success(file)
    }
    #expect(predicted.message == expected)
  }

  @Test(
    "what no table lists is unknown, and neither starts nor is refused",
    arguments: [
      ("-device no-such-device,id=x", "the device 'no-such-device'"),
      ("-object no-such-object,id=x", "the object 'no-such-object'"),
      (#"-object {"qom-type":"no-such-object","id":"x"}"#, "the object 'no-such-object'"),
    ])
  func unlisted(options: String, what: String) {
    #expect(prediction("-M q35,nvdimm=on -m 256M,slots=2,maxmem=4G \(options)").stop == .unknown(what))
  }
}
