import QEMU

extension OracleMaker {
  /// Returns `-machine`, `-m` and `-numa`.
  mutating func machineOptions() -> [[String]] {
    let type = machineType()
    if type.contains("q35") {
      buses = chance(0.3) ? ["pcie.0", "rp1", "rp1"] : []
    } else {
      buses = chance(0.3) ? ["pci.0", "pci.0", "pci.1"] : []
    }
    var properties = [chance(0.95) ? type : "type=" + type]
    let flag = release < QEMURelease(6, 1) && chance(0.3) || isOdd() ? "nvdimm" : nil
    properties.append(
      flag ?? "nvdimm=" + (isOdd() ? pick(["off", "bogus", "", "On"]) : pick(["on", "on", "on", "yes", "true"])))
    if chance(0.1) { properties.append("nvdimm-persistence=" + pick(["cpu", "mem-ctrl", isOdd() ? "both" : "cpu"])) }
    if chance(0.1) { properties.append(pick(Self.properties)) }
    if isOdd() { properties.append(pick(Self.oddProperties)) }
    let memory = memory()
    var options = [[pick(["-machine", "-M", "--machine"]), properties.joined(separator: ",")], ["-m", memory]]
    if buses.contains("rp1") { options.append(["-device", "pcie-root-port,id=rp1,chassis=1"]) }
    if chance(0.05) { options.append(["-machine", pick(["nvdimm=on", "usb=off", "hpet=off", "smm=off"])]) }
    if chance(0.05) { options.append(["-m", pick(["slots=5", "maxmem=17G", "512M", "size=256M"])]) }
    return options + nodeOptions(ram: memory)
  }

  private mutating func machineType() -> String {
    if isOdd() {
      let type = pick(Self.oddMachines)
      test.hasUnlisted = type.hasSuffix("-99.0")
      return type
    }
    guard chance(0.3) else { return pick(["q35", "pc"]) }
    let prefix = pick(["pc-q35-", "pc-i440fx-"])
    let versions = QEMURelease.described.filter { $0 <= release || isOdd() }
    guard chance(0.7) else { return prefix + pick(Self.oldVersions) }
    return prefix + pick(versions.suffix(14)).description
  }

  private static let oldVersions = [
    "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.9", "2.12", "3.0", "3.1", "4.0.1", "4.1", "1.4",
  ]
  private static let oddMachines = [
    "pc-i440fx-2.1", "pc-i440fx-2.0", "isapc", "pc-1.0", "pc-1.3", "pc-i440fx-99.0", "pc-q35-2.4", "none", "microvm",
    "pc-q35-1.7", "pc-0.15",
  ]
  private static let properties = [
    "usb=off", "smm=off", "vmport=off", "graphics=off", "mem-merge=off", "dump-guest-core=off", "kernel-irqchip=on",
    "accel=tcg", "hpet=off", "sata=off", "smbus=off", "max-ram-below-4g=1G", "max-ram-below-4g=2G", "pit=off",
    "acpi=on", "i8042=on", "cxl=on", "hmat=on", "fd-bootchk=off", "default-bus-bypass-iommu=on", "suppress-vmdesc=on",
    "aux-ram-share=on", "spcr=off", "wdat=on", "max-fw-size=8M", "smp.cpus=2", "x-oem-id=ABC",
    "smbios-entry-point-type=32", "x-south-bridge=PIIX3", "memory-encryption=zz",
    "smp-cache.0.cache=l1d,smp-cache.0.topology=core", "x-change-vmfd-on-reset=off", "pic=on", "bus-lock-ratelimit=0",
  ]
  private static let oddProperties = [
    "nvdimm", "wdat=on", "acpi=off", "acpi=x", "hpet=off", "a b=1", "nvdimm.x=1", "smm=maybe", "max-ram-below-4g=5G",
    "usb=x", "nvdimm-persistence", "pit=", "memory.size=1G", "smp.foo=1", "graphics", "max-ram-below-4g=x",
    "bus-lock-ratelimit=x", "rtc-time=1", "acpi-device=x",
  ]

  private mutating func memory() -> String {
    let size = pick(["128M", "256M", "256", "1G", "3G", "0.25G", "0x100", "262144k", "size=256m", "134217728B"])
    if !isOdd() { return size + ",slots=\(pick([2, 4, 4, 8])),maxmem=\(pick(["4G", "16G", "8G"]))" }
    return size
      + pick([
        "", ",slots=2", ",maxmem=4G", ",slots=0,maxmem=4G", ",slots=257,maxmem=4G", ",slots=x", ",slots=-1,maxmem=4G",
        ",maxmem=y", ",slots=2,maxmem=4294967297", ",slots=1,maxmem=1T", ",slots=2,maxmem=320M", ",slots=2,maxmem=256M",
        ",foo=1", ",slots=1,maxmem=4G", ",maxmem=99999999999999999999,slots=1", ",slots=1,maxmem=3100M", ",id=x",
        ",slots=4,maxmem=0x10G", ",slots=0x4,maxmem=0x100000000", ",slots=256,maxmem=1T", ",slots=1,slots=3,maxmem=8G",
        ",maxmem=4G,slots=2,foo", ",slots=2,maxmem=900G", ",slots=2,maxmem=1020G",
      ])
  }

  /// Returns nodes, the first of which usually has all the RAM.
  private mutating func nodeOptions(ram: String) -> [[String]] {
    guard chance(0.15) else { return [] }
    let size = isOdd() ? "64M" : String(ram.replacing("size=", with: "").prefix { $0 != "," })
    let unit = size.last?.isNumber == true ? "M" : ""
    let hasMemory = chance(0.2)
    let backend = hasMemory ? [] : [["-object", "memory-backend-ram,id=ram0,size=" + size + unit]]
    var nodes = (0..<pick([1, 2, 3])).map { index in
      var node = "node"
      if chance(0.7) { node += ",nodeid=\(isOdd() ? pick([0, 7, 200, 70000]) : index)" }
      let memory = hasMemory ? "mem=" + size : "memdev=" + (isOdd() ? pick(["mem1", "zz"]) : "ram0")
      if index == 0, !isOdd() { node += "," + memory }
      if isOdd() { node += pick([",foo=1", ",mem=128M", ",nodeid=x", ",zz=1,foo=2,bar=3", ",mem=0", ",cpus=0"]) }
      return ["-numa", node]
    }
    if isOdd() { nodes.append(["-numa", pick(Self.oddNodes)]) }
    return backend + nodes
  }

  private static let oddNodes = ["dist,src=0,dst=0,val=10", "bogus", "nodeid=0", "node,nodeid=0", "{}", "type=node"]
}
