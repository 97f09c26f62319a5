import TestSupport

extension OracleCase {
  /// A machine at random: most of it right, here and there something that QEMU may not like.
  static func random(using generator: inout SeededGenerator) -> OracleCase {
    var maker = OracleMaker(generator)
    let test = maker.make()
    generator = maker.generator
    return test
  }
}

/// Makes one case, choice by choice.
struct OracleMaker {
  var generator: SeededGenerator
  var test = OracleCase()
  /// How likely something odd is, in all that follows: many cases have one or two oddities, some none, some many.
  var oddity = 0.0
  /// Some backend may be one that is only read.
  var isReadOnly = false

  init(_ generator: SeededGenerator) { self.generator = generator }

  mutating func make() -> OracleCase {
    oddity = pick([0, 0, 0, 0.01, 0.02, 0.1])
    test.files = [
      "dir": .folder, "fifo": .fifo, "zero": .link(to: "/dev/zero"), "null": .link(to: "/dev/null"),
      "loop": .link(to: "loop"), "link": .link(to: "nv0.img"), "far": .link(to: "no/such"),
    ]
    let machine = machineOptions()
    let count = pick([1, 1, 1, 2, 2, 3, 4, 0])
    let objects = (0..<count).map { object($0) }
    let devices = (0..<count).map { device($0) }
    var options = moved(machine + objects + devices)
    if chance(0.3) { options.shuffle(using: &generator) }
    if isOdd() { options.append([pick(["-shim", "--realtime", "-object", "-m"])]) }
    if isOdd() { options.append(["-set", pick(Self.settings)]) }
    if chance(0.04) || isOdd() { options.append(["-global", isOdd() ? pick(Self.oddGlobals) : pick(Self.globals)]) }
    if isOdd() { options.append([pick(["-smp", "-boot"]), pick(Self.groups)]) }
    test.arguments = ["qemu-system-x86_64"] + options.joined()
    if chance(0.25) { test.hotplug = hotplug(count) }
    return test
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
    "nvdimm.unarmed=maybe",
    "driver=nvdimm,property=slot,value=1,more=2", "virtio-pmem.foo=1", "virtio-pmem-pci.memaddr=x", "nvdimm.size=1",
  ]
  private static let groups = ["foo=1", "zz=1,foo=2,bar=3", "1,foo=1", "menu=on,bar=1,baz=2"]

  mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &generator)] }
  mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < probability }
  mutating func isOdd() -> Bool { chance(oddity) }

  // MARK: The machine

  private mutating func machineOptions() -> [[String]] {
    var properties = [isOdd() ? pick(Self.oddMachines) : pick(["q35", "pc", "q35", "pc-i440fx-5.0", "pc-q35-6.0"])]
    properties.append(
      "nvdimm=" + (isOdd() ? pick(["off", "bogus", "", "On"]) : pick(["on", "on", "on", "yes", "true"])))
    if chance(0.1) { properties.append("nvdimm-persistence=" + pick(["cpu", "mem-ctrl", isOdd() ? "both" : "cpu"])) }
    if isOdd() {
      properties.append(pick(["nvdimm", "wdat=on", "acpi=off", "acpi=x", "hpet=off", "a b=1", "nvdimm.x=1"]))
    }
    var options = [[pick(["-machine", "-M", "--machine"]), properties.joined(separator: ",")], ["-m", memory()]]
    if chance(0.05) { options.append(["-machine", pick(["nvdimm=on", "usb=off", "hpet=off"])]) }
    if chance(0.05) { options.append(["-m", pick(["slots=5", "maxmem=17G", "512M", "size=256M"])]) }
    if isOdd() { options.append(["-no-acpi"]) }
    if isOdd() { options.append(["-machine", "memory-backend=" + pick(["ram0", "mem1", "zz"])]) }
    if isOdd() { options.append(["-mem-path", pick(["nvram.img", "dir"])]) }
    return options + nodeOptions(ram: options[1][1])
  }

  private static let oddMachines = [
    "pc-i440fx-2.1", "pc-i440fx-2.0", "isapc", "pc-1.0", "pc-i440fx-9.0", "pc-q35-2.4", "none", "microvm",
  ]

  private mutating func memory() -> String {
    let size = pick(["128M", "256M", "256", "1G", "3G", "0.25G", "0x100", "262144k", "size=256m", "134217728B"])
    if !isOdd() { return size + ",slots=\(pick([2, 4, 4, 8])),maxmem=\(pick(["4G", "16G", "8G"]))" }
    return size
      + pick([
        "", ",slots=2", ",maxmem=4G", ",slots=0,maxmem=4G", ",slots=257,maxmem=4G", ",slots=x", ",slots=-1,maxmem=4G",
        ",maxmem=y", ",slots=2,maxmem=4294967297", ",slots=1,maxmem=1T", ",slots=2,maxmem=320M", ",slots=2,maxmem=256M",
        ",foo=1", ",slots=1,maxmem=4G", ",maxmem=99999999999999999999,slots=1", ",slots=1,maxmem=3100M", ",id=x",
      ])
  }

  /// Nodes, the first of which has all the RAM as a rule.
  private mutating func nodeOptions(ram: String) -> [[String]] {
    guard chance(0.15) else { return [] }
    let size = isOdd() ? "64M" : String(ram.replacing("size=", with: "").prefix { $0 != "," })
    let unit = size.last?.isNumber == true ? "M" : ""
    let backend = ["-object", "memory-backend-ram,id=ram0,size=" + size + unit]
    return [backend]
      + (0..<pick([1, 2, 3])).map { index in
        var node = "node"
        if chance(0.7) { node += ",nodeid=\(isOdd() ? pick([0, 7, 200, 70000]) : index)" }
        if index == 0, !isOdd() { node += ",memdev=" + (isOdd() ? pick(["mem1", "zz"]) : "ram0") }
        if isOdd() { node += pick([",foo=1", ",mem=128M", ",nodeid=x", ",zz=1,foo=2,bar=3", ",mem=0"]) }
        return ["-numa", node]
      }
  }
}
