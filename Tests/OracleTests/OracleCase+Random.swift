import Basics
import QEMU
import TestSupport

extension OracleCase {
  /// Returns a random machine: mostly valid under `rules`, with a few details that QEMU may refuse.
  static func random(for rules: SizingRules, using generator: inout SeededGenerator) -> OracleCase {
    var maker = OracleMaker(rules, generator)
    let test = maker.make()
    generator = maker.generator
    return test
  }
}

/// Makes something random, choice by choice.
protocol RandomMaker {
  var generator: SeededGenerator { get set }
  /// The probability of an odd choice from here on. Many cases have one or two oddities, some none, some many.
  var oddity: Double { get set }
}

extension RandomMaker {
  mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &generator)] }
  mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < probability }
  mutating func isOdd() -> Bool { chance(oddity) }
}

/// Makes one case.
struct OracleMaker: RandomMaker {
  let release: QEMURelease
  let architecture: Architecture
  var generator: SeededGenerator
  var test = OracleCase()
  var oddity = 0.0
  /// Whether a backend may be read-only.
  var isReadOnly = false
  /// The buses for a virtio-pmem.
  var buses: [String] = []

  init(_ rules: SizingRules, _ generator: SeededGenerator) {
    (release, architecture) = (rules.release, rules.architecture)
    self.generator = generator
  }

  mutating func make() -> OracleCase {
    oddity = pick([0, 0, 0, 0.01, 0.02, 0.1])
    test.files = [
      "dir": .folder, "fifo": .fifo, "zero": .link(to: "/dev/zero"), "null": .link(to: "/dev/null"),
      "loop": .link(to: "loop"), "link": .link(to: "nv0.img"), "far": .link(to: "no/such"), "fw": .length(64 << 10),
    ]
    let machine = architecture == .x86_64 ? machineOptions() : boardOptions()
    let others = otherOptions()
    let count = pick([1, 1, 1, 2, 2, 3, 4, 0])
    let objects = (0..<count).map { object($0) }
    let devices = (0..<count).map { device($0) }
    var options = moved(machine + others + objects + devices)
    if chance(0.3) { options.shuffle(using: &generator) }
    if isOdd() { options.append([pick(["-shim", "--realtime", "-object", "-m"])]) }
    test.arguments = ["qemu-system-\(architecture.rawValue)"] + options.joined()
    if chance(0.25) { test.hotplug = hotplug(count) }
    return test
  }

  // MARK: What does not make the machine

  private mutating func otherOptions() -> [[String]] {
    var options: [[String]] = []
    if isOdd() { options.append(["-set", pick(Self.settings)]) }
    if isOdd() { options.append(pick(Self.missingFiles)) }
    guard architecture == .x86_64 else {
      if chance(0.05) { options.append(pick(Self.othersEverywhere)) }
      return options
    }
    if chance(0.04) || isOdd() { options.append(["-global", isOdd() ? pick(Self.oddGlobals) : pick(Self.globals)]) }
    if isOdd() { options.append([pick(["-smp", "-boot"]), pick(Self.groups)]) }
    if chance(0.05) { options.append(pick(Self.others)) }
    if isOdd() { options.append(pick(Self.oddOthers)) }
    if chance(0.03) { options.append(["-object", pick(Self.otherObjects)]) }
    if chance(0.05) { options.append(["-device", pick(Self.otherDevices)]) }
    if chance(0.02) {
      options.append(pick([["-device", "no-such-device,id=x"], ["-object", "no-such-object,id=x"]]))
      test.hasUnlisted = true
    }
    return options
  }

  private static let settings = [
    "device.nv1.slot=1", "device.nv1.label-size=256K", "device.zz.slot=1", "device.nv1.slot", "device..slot=1",
    "device", "nonsense.a.b=c", "object.mem1.share=off", "machine.a.b=c", "netdev.n.a=b", "memory.a.b=c", "a=b.c.d",
  ]
  private static let globals = [
    "nvdimm.label-size=256K", "nvdimm.unarmed=on", "pc-dimm.slot=1", "driver=nvdimm,property=slot,value=2",
    "pc-dimm.addr=0x140000000", "virtio-pmem.memaddr=0x180000000", "memory-backend-file.share=off",
  ]
  private static let oddGlobals = [
    "nvdimm.slot=x", "nvdimm.slot=", "nvdimm.slot", "nvdimm.foo=1", "nvdimm.label-size=1", "nvdimm.label-size=1.5x",
    "pc-dimm.node=-1", "pc-dimm.memdev=mem1", "nvdimm.memdev=zz", "nvdimm", "driver=nvdimm", "=1",
    "nvdimm.unarmed=maybe", "driver=nvdimm,property=slot,value=1,more=2", "virtio-pmem.foo=1",
    "virtio-pmem-pci.memaddr=x", "nvdimm.size=1",
  ]
  private static let groups = ["foo=1", "zz=1,foo=2,bar=3", "1,foo=1", "menu=on,bar=1,baz=2"]
  private static let othersEverywhere = [
    ["-smp", "2"], ["-accel", "tcg"], ["-name", "guest=a,debug-threads=on"], ["-nographic"], ["-mem-prealloc"],
    ["-uuid", "4f1c7f8a-3d53-4f0e-9a53-6a1a7f0a2c11"], ["-no-user-config"], ["-no-reboot"],
    ["-device", "virtio-rng-pci,id=rng9"], ["-device", "virtio-balloon-pci"], ["-object", "iothread,id=io1"],
  ]
  private static let missingFiles = [
    ["-drive", "file=gone,format=raw,if=none,id=d1"], ["-drive", "file=dir,if=none,id=d2"], ["-hda", "gone"], ["gone"],
    ["-cdrom", "fw/x"], ["-blockdev", "driver=file,filename=gone,node-name=n1"], ["-sd", "loop"], ["-fda", "far"],
    ["-blockdev", "{\"driver\":\"raw\",\"node-name\":\"n2\",\"file\":{\"driver\":\"file\",\"filename\":\"dir\"}}"],
    ["-kernel", "gone"], ["-kernel", "dir"], ["-initrd", "gone"], ["-dtb", "gone"], ["-append", "x"],
    ["-machine", "kernel=gone"], ["-bios", "/no/such"], ["-pflash", "gone"],
  ]
  private static let others = [
    ["-smp", "2"], ["-smp", "cpus=4,maxcpus=8"], ["-cpu", "qemu64"], ["-cpu", "Haswell"], ["-accel", "tcg"],
    ["-cpu", "EPYC"], ["-cpu", "kvm32"], ["-cpu", "pentium3"], ["-cpu", "athlon"], ["-cpu", "max,phys-bits=36"],
    ["-name", "guest=a,debug-threads=on"], ["-uuid", "4f1c7f8a-3d53-4f0e-9a53-6a1a7f0a2c11"], ["-nographic"],
    ["-mem-prealloc"], ["-rtc", "base=utc"], ["-no-user-config"], ["-boot", "order=c"], ["-usb"], ["-no-reboot"],
    ["-overcommit", "mem-lock=off"], ["-sandbox", "off"], ["-msg", "timestamp=off"],
  ]
  private static let oddOthers = [
    ["-no-acpi"], ["-no-hpet"], ["-machine", "memory-backend=ram0"], ["-machine", "memory-backend=mem1"],
    ["-machine", "memory-backend=zz"], ["-bios", "/no/such"], ["-machine", "firmware=/no/such"],
    ["-bios", "bios.bin"], ["-mem-path", "nvram.img"], ["-mem-path", "dir"], ["-cpu", "pentium"],
  ]
  private static let otherObjects = [
    "iothread,id=io1", "rng-random,id=rng0,filename=/dev/urandom", "secret,id=s0,data=abc", "rng-builtin,id=rng1",
    "thread-context,id=tc0",
  ]
  private static let otherDevices = [
    "virtio-rng-pci,id=rng9", "virtio-balloon-pci", "isa-serial", "virtio-scsi-pci,id=nv1", "usb-ehci,id=u0",
    "nec-usb-xhci,id=x0", "i6300esb",
  ]
}
