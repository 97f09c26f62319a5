import Basics
import QEMU

extension OracleMaker {
  /// `-machine`, `-m`, `-bios` and `-numa` of a machine that is not a PC.
  mutating func boardOptions() -> [[String]] {
    let isPOWER = architecture == .ppc64
    var properties = [boardType()]
    if !isPOWER || chance(0.3) {
      properties.append("nvdimm=" + (isOdd() ? pick(["off", "bogus", ""]) : pick(["on", "on", "yes", "true"])))
    }
    if chance(0.1) { properties.append(pick(isPOWER ? Self.propertiesOfPOWER : Self.propertiesOfVirt)) }
    if isOdd() { properties.append(pick(Self.oddBoardProperties)) }
    if properties.contains(where: { $0.hasPrefix("foo-bar") }) { test.hasUnlisted = true }
    let size = isOdd() ? pick(["300M", "128M", "1000M"]) : pick(["512M", "512", "256M", "1G", "size=768M", "0.5G"])
    let room =
      isOdd()
      ? pick([
        "", ",slots=2", ",maxmem=4G", ",slots=0,maxmem=4G", ",slots=33,maxmem=4G", ",slots=257,maxmem=4G",
        ",slots=2,maxmem=1025M", ",slots=x", ",slots=2,maxmem=1G", ",slots=2,maxmem=128M", ",slots=1,maxmem=8G",
      ]) : ",slots=\(pick([2, 4, 4, 8])),maxmem=\(pick(["4G", "16G", "8G"]))"
    var options = [["-machine", properties.joined(separator: ",")], ["-m", size + room]]
    if !isPOWER, chance(0.85) { options.append(["-bios", "fw"]) }
    if !isPOWER, chance(0.8) {
      let models = isOdd() ? ["cortex-a15", "cortex-a7"] : ["max", "cortex-a57", "cortex-a53", "cortex-a72"]
      options.append(["-cpu", pick(models)])
    }
    guard chance(0.15) else { return options }
    let ram = size.replacing("size=", with: "")
    options.append(["-object", "memory-backend-ram,id=ram0,size=\(ram)" + (ram.last?.isNumber == true ? "M" : "")])
    options.append(["-numa", "node,nodeid=\(isOdd() ? 1 : 0),memdev=" + (isOdd() ? "mem1" : "ram0")])
    if chance(0.5) { options.append(["-numa", isOdd() ? "node,mem=128M" : "node"]) }
    return options
  }

  private mutating func boardType() -> String {
    let name = architecture == .ppc64 ? "pseries" : "virt"
    if isOdd() {
      test.hasUnlisted = chance(0.3)
      return test.hasUnlisted ? name + "-99.0" : pick(["\(name)-2.5", "\(name)-3.0", "\(name)-1.0"])
    }
    guard chance(0.3) else { return name }
    return "\(name)-\(pick(QEMURelease.described.filter { $0 <= release || isOdd() }.suffix(14).map { $0 }))"
  }

  private static let propertiesOfVirt = [
    "gic-version=2", "gic-version=3", "its=off", "highmem=on", "usb=off", "mem-merge=off", "acpi=on", "acpi=off",
    "dtb-randomness=off", "ras=on", "mte=off", "iommu=none", "graphics=off",
  ]
  private static let propertiesOfPOWER = [
    "cap-htm=off", "cap-cfpc=broken", "cap-sbbc=broken", "cap-ibs=broken", "usb=off", "mem-merge=off", "ic-mode=xics",
    "x-vof=off", "graphics=off", "max-cpu-compat=power9", "suppress-vmdesc=on",
  ]
  private static let oddBoardProperties = [
    "hpet=off", "smm=off", "nvdimm-persistence=cpu", "foo-bar=x,", "acpi=x", "usb=maybe", "memory-backend=mem1",
    "memory-backend=zz", "max-ram-below-4g=1G",
  ]
}
