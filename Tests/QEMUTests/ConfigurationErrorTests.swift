import QEMU
import Testing

/// The messages are those of QEMU 10.2 if QEMU has one for the case. The option at fault is named even if QEMU names
/// none.
@Suite("Command lines that describe no machine")
struct ConfigurationErrorTests {
  private static let file = "memory-backend-file,id=m,mem-path=a,size=64M"
  private static let machine = ["-machine", "pc,nvdimm", "-m", "256M,slots=2,maxmem=1G"]

  static let refused: [(arguments: [String], message: String)] = [
    (["-foo"], "-foo: invalid option"),
    (["disk.img"], "disk.img: is neither an option nor the value of one"),
    (["-m"], "-m: requires an argument"),
    (["-m", "abc"], "-m abc: Parameter 'size' expects a non-negative number below 2^64"),
    (["-m", "256M,foo=1"], "-m 256M,foo=1: Invalid parameter 'foo'"),
    (["-m", "256M,slots=2"], "-m 256M,slots=2: slots specified but no max-size"),
    (["-m", "256M,slots=abc"], "-m 256M,slots=abc: Parameter 'slots' expects a number"),
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
    (["-machine", "pc,nvdim"], "-machine pc,nvdim: Expected '=' after parameter 'nvdim'"),
    (
      ["-machine", "nvdimm-persistence=CPU"],
      "-machine nvdimm-persistence=CPU: -machine nvdimm-persistence=CPU: unsupported option"
    ),
    (["-object", "id=m"], "-object id=m: Parameter 'qom-type' is missing"),
    (
      ["-object", "memory-backend-ram,size=1M"], "-object memory-backend-ram,size=1M: Parameter 'id' is missing"
    ),
    (
      ["-object", "memory-backend-ram,id=1m,size=1M"],
      "-object memory-backend-ram,id=1m,size=1M: Parameter 'id' expects an identifier"
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
    (["-object", "{bad"], "-object {bad: JSON parse error, invalid keyword 'bad'"),
    (
      ["-device", "nvdimm,memdev=m,label-size=64K"],
      "-device nvdimm,memdev=m,label-size=64K: Property 'nvdimm.label-size' (0x10000) is required at least 0x20000"
    ),
    (
      ["-device", "nvdimm,memdev=m,label-size=0"],
      "-device nvdimm,memdev=m,label-size=0: Property 'nvdimm.label-size' (0x0) is required at least 0x20000"
    ),
    (machine + ["-device", "nvdimm"], "-device nvdimm: 'memdev' property must be set"),
    (["-device", "nvdimm,memdev=x"], "-device nvdimm,memdev=x: Device 'x' not found"),
    (["-device", "nvdimm,uuid=1"], "-device nvdimm,uuid=1: Property 'nvdimm.uuid' has invalid value"),
    (["-device", "nvdimm,slot=x"], "-device nvdimm,slot=x: Parameter 'slot' expects integer"),
    (["-device", "nvdimm,addr=4G"], "-device nvdimm,addr=4G: Parameter 'addr' expects integer"),
    (
      ["-device", "e1000"], "-device e1000: 'e1000' is not a valid device model name"
    ),
    (
      machine + ["-object", file, "-device", "nvdimm,memdev=m", "-device", "nvdimm,memdev=m"],
      "-device nvdimm,memdev=m: can't use already busy memdev: m"
    ),
    (
      ["-object", file, "-device", "nvdimm,id=n,memdev=m", "-device", "nvdimm,id=n,memdev=m"],
      "-device nvdimm,id=n,memdev=m: Duplicate ID 'n' for device"
    ),
    (["-smp", "0"], "-smp 0: Invalid CPU topology: CPU topology parameters must be greater than zero"),
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
    let stop = #expect(throws: QEMUStop.self) { try JudgedMachine(arguments) }
    #expect(stop?.message == message)
  }

  @Test(
    "the nearest name of a key is offered where one is near",
    arguments: [
      ("shared", "share"), ("labelsize", "label-size"), ("maxmen", "maxmem"), ("nvdim", "nvdimm"), ("share", nil),
      ("bootindex", nil),
    ])
  func nearest(name: String, key: String?) { #expect(DialectKeys.nearest(to: name) == key) }

  @Test(
    "and of an option",
    arguments: [("-machin", "-machine"), ("--nvdim", "--nvdimm"), ("-inird", "-initrd"), ("-drive", nil)])
  func nearestOption(name: String, option: String?) {
    #expect(MachineConfiguration.option(nearestTo: name) == option)
  }
}
