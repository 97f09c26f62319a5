import QEMU
import Testing

/// Messages are QEMU 7.2's own wherever QEMU has one for the case.
@Suite("Command lines that describe no machine")
struct ConfigurationErrorTests {
  private static let file = "memory-backend-file,id=m,mem-path=a,size=64M"

  static let refused: [(arguments: [String], message: String)] = [
    (["-foo"], "-foo: invalid option"),
    (["disk.img"], "disk.img: is not an option, and no option before it takes it"),
    (["-m"], "-m: requires an argument"),
    (["-m", "abc"], "-m abc: Parameter 'size' expects a size value"),
    (["-m", "256M,foo=1"], "-m 256M,foo=1: Invalid parameter 'foo'"),
    (["-m", "256M,slots=2"], "-m 256M,slots=2: slots specified but no max-size"),
    (["-m", "256M,slots=abc"], "-m 256M,slots=abc: Parameter 'slots' expects integer"),
    (
      ["-m", "256M,slots=2,maxmem=256M"],
      "-m 256M,slots=2,maxmem=256M: invalid value of maxmem: memory slots were specified but maximum memory size "
        + "(0x10000000) is equal to the initial memory size (0x10000000)"
    ),
    (
      ["-m", "256M,maxmem=128M"],
      "-m 256M,maxmem=128M: invalid value of maxmem: maximum memory size (0x8000000) must be at least the initial "
        + "memory size (0x10000000)"
    ),
    (["-m", "1M,slots=257,maxmem=1G"], "-m 1M,slots=257,maxmem=1G: unsupported amount of memory slots: 257"),
    (["-machine", "microvm"], "-machine microvm: unsupported machine type 'microvm' (expected pc or q35)"),
    (["-M", "pc,nvdimm=maybe"], "-M pc,nvdimm=maybe: Parameter 'nvdimm' expects 'on' or 'off'"),
    (["-machine", "pc,nvdim"], "-machine pc,nvdim: Invalid parameter 'nvdim'"),
    (
      ["-machine", "nvdimm-persistence=CPU"],
      "-machine nvdimm-persistence=CPU: Parameter 'nvdimm-persistence' does not accept value 'CPU' "
        + "(expected cpu, mem-ctrl)"
    ),
    (["-object", "id=m"], "-object id=m: Parameter 'qom-type' is missing"),
    (
      ["-object", "memory-backend-ram,size=1M"], "-object memory-backend-ram,size=1M: Parameter 'id' is missing"
    ),
    (
      ["-object", "memory-backend-ram,id=1m,size=1M"],
      "-object memory-backend-ram,id=1m,size=1M: Parameter 'id' expects an identifier: letters, digits, '-', '.', "
        + "'_', starting with a letter"
    ),
    (
      ["-object", "memory-backend-file,id=m,size=1M"],
      "-object memory-backend-file,id=m,size=1M: Parameter 'mem-path' is missing"
    ),
    (
      ["-object", "memory-backend-file,id=m,mem-path=a"],
      "-object memory-backend-file,id=m,mem-path=a: Parameter 'size' is missing"
    ),
    (
      ["-object", "memory-backend-ram,id=m,size=0"],
      "-object memory-backend-ram,id=m,size=0: property 'size' of memory-backend-ram doesn't take value '0'"
    ),
    (
      ["-object", "memory-backend-ram,id=m,size=64X"],
      "-object memory-backend-ram,id=m,size=64X: Parameter 'size' expects a size value"
    ),
    (
      ["-object", file, "-object", file], "-object \(file): Duplicate ID 'm' for object"
    ),
    (["-object", "{bad"], "-object {bad: JSON parse error (expected an object of texts, whole numbers and booleans)"),
    (
      ["-device", "nvdimm,memdev=m,label-size=64K"],
      "-device nvdimm,memdev=m,label-size=64K: Property 'nvdimm.label-size' (0x10000) is required at least 0x20000"
    ),
    (
      ["-device", "nvdimm,memdev=m,label-size=0"],
      "-device nvdimm,memdev=m,label-size=0: Property 'nvdimm.label-size' (0x0) is required at least 0x20000"
    ),
    (["-device", "nvdimm"], "-device nvdimm: 'memdev' property must be set"),
    (["-device", "nvdimm,memdev=x"], "-device nvdimm,memdev=x: Device 'x' not found"),
    (["-device", "nvdimm,uuid=1"], "-device nvdimm,uuid=1: Property 'nvdimm.uuid' has invalid value"),
    (["-device", "nvdimm,slot=x"], "-device nvdimm,slot=x: Parameter 'slot' expects integer"),
    (["-device", "nvdimm,addr=4G"], "-device nvdimm,addr=4G: Parameter 'addr' expects integer"),
    (
      ["-device", "e1000"], "-device e1000: Parameter 'driver' does not accept value 'e1000' (expected nvdimm)"
    ),
    (
      ["-object", file, "-device", "nvdimm,memdev=m", "-device", "nvdimm,memdev=m"],
      "-device nvdimm,memdev=m: can't use already busy memdev: m"
    ),
    (
      ["-object", file, "-device", "nvdimm,id=n,memdev=m", "-device", "nvdimm,id=n,memdev=m"],
      "-device nvdimm,id=n,memdev=m: Duplicate ID 'n' for device"
    ),
    (["-smp", "0"], "-smp 0: Parameter 'cpus' expects a number above 0"),
    (
      ["--engine", "xen"], "--engine xen: Parameter 'engine' does not accept value 'xen' (expected kvm, qemu, auto)"
    ),
    (
      ["-d", "dsm,exec"], "-d dsm,exec: Parameter '-d' does not accept value 'exec' (expected dsm, hotplug, exits)"
    ),
    (["-d", ""], "-d : Parameter '-d' does not accept value '' (expected dsm, hotplug, exits)"),
    (["-display", "gtk"], "-display gtk: Parameter 'type' does not accept value 'gtk' (expected none)"),
    (["--nvdimm", ""], "--nvdimm : Parameter 'path' is missing"),
  ]

  @Test(arguments: refused)
  func message(arguments: [String], message: String) {
    let error = #expect(throws: ConfigurationError.self) { try MachineConfiguration(arguments: arguments) }
    #expect(error?.description == message)
  }

  @Test(
    "the nearest name is offered where one is near",
    arguments: [
      (["-machin", "pc"], "-machine"), (["--nvdim", "a"], "--nvdimm"), (["-inird", "x"], "-initrd"),
      (["-object", "memory-backend-file,id=m,mem-path=a,size=1M,shared=on"], "share"),
      (["-device", "nvdimm,memdev=m,labelsize=128K"], "label-size"), (["-m", "1G,maxmen=2G"], "maxmem"),
      (["-drive", "file=a"], nil),
    ])
  func nearest(arguments: [String], name: String?) {
    let error = #expect(throws: ConfigurationError.self) { try MachineConfiguration(arguments: arguments) }
    #expect(error?.fact.nearest == name)
  }
}
