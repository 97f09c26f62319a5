import Basics
import QEMU
import TestSupport

extension OracleMaker {
  /// Returns the options of the device on backend number `index`.
  mutating func device(_ index: Int) -> [String] {
    let driver = pick(["nvdimm", "nvdimm", "nvdimm", "nvdimm", "nvdimm", chance(0.5) ? "pc-dimm" : "virtio-pmem-pci"])
    var properties = deviceProperties(driver, index)
    properties.shuffle(using: &generator)
    if writesJSON(since: QEMURelease(6, 2)) { return ["-device", misspelt(json("driver", driver, properties))] }
    let flag = isOdd() ? pick([",unarmed", ",", ",nounarmed", ",=1"]) : ""
    return ["-device", driver + properties.map { ",\($0)=\($1)" }.joined() + flag]
  }

  mutating func deviceProperties(_ driver: String, _ index: Int) -> [(key: String, value: String)] {
    var properties: [(key: String, value: String)] = []
    if chance(0.5) { properties.append(("id", isOdd() ? pick(["nv1", "mem1", "1x"]) : "nv\(index + 1)")) }
    if !isOdd() {
      let odd = ["mem1", "zz", "", "/objects/mem1", "ram0", "nv1", "pc.ram"]
      properties.append(("memdev", isOdd() ? pick(odd) : "mem\(index + 1)"))
    }
    guard driver != "virtio-pmem-pci" else {
      if chance(0.2) { properties.append(("memaddr", isOdd() ? pick(["0x100", "x"]) : "0x1\(index)0000000")) }
      if !buses.isEmpty { properties.append(("bus", pick(buses))) }
      if isOdd() { properties.append(pick(Self.transportProperties)) }
      return properties
    }
    if architecture == .ppc64, driver == "nvdimm", !isOdd() {
      properties += [("label-size", "256K"), ("uuid", "4f1c7f8a-3d53-4f0e-9a53-6a1a7f0a2c1\(index)")]
    }
    if isOdd() || chance(0.15) { properties.append(("slot", isOdd() ? pick(Self.oddSlots) : pick(["0", "1", "-1"]))) }
    if isOdd() || chance(0.08) { properties.append(("addr", isOdd() ? pick(Self.oddAddresses) : address(index))) }
    if isOdd() || chance(0.08) { properties.append(("node", isOdd() ? pick(["1", "2", "-1", "x", "5"]) : "0")) }
    if isOdd() { properties.append((pick(["foo", "size", "hotplugged", "bus"]), pick(["1", "on"]))) }
    if isOdd() { properties += [("zz", "1"), ("bar", "x")] }
    if isOdd(), let first = properties.randomElement(using: &generator) { properties.append(first) }
    if isOdd() {
      properties.append(pick([("labelsize", "128K"), ("Slot", "1"), ("mem-dev", "mem1"), ("hotpluggable", "on")]))
    }
    guard driver == "nvdimm" && architecture != .ppc64 || isOdd() else { return properties }
    if chance(0.4) { properties.append(("label-size", isOdd() ? pick(Self.oddLabels) : pick(["128K", "256K"]))) }
    if chance(isReadOnly ? 0.8 : 0.1) { properties.append(("unarmed", boolean())) }
    if chance(0.05) {
      properties.append(("uuid", isOdd() ? pick(["x", ""]) : "4f1c7f8a-3d53-4f0e-9a53-6a1a7f0a2c11"))
    }
    return properties
  }

  private static let transportProperties: [(key: String, value: String)] = [
    ("vectors", "2"), ("disable-legacy", "on"), ("addr", "0x5"), ("foo", "1"), ("iommu_platform", "on"), ("ats", "x"),
    ("romfile", ""), ("multifunction", "on"), ("x-pcie-lnksta-dllla", "on"), ("x-foo", "1"), ("slot", "1"),
    ("migrate-extra", "on"), ("size", "1"), ("event_idx", "off"), ("acpi-index", "3"), ("sriov-pf", "x"),
  ]
  private static let oddSlots = ["2", "3", "-2", "7", "x", "0x1", "4294967296", "99", ""]
  private static let oddAddresses = ["4096", "0x123", "0x1000000000", "0xffffffffffff0000", "x", "0x2f0000000", "-1"]
  private static let oddLabels = ["0", "64K", "x", "-1", "64M", "67108863", "4G", "132K", "131073", "2M", "16E"]

  private mutating func address(_ index: Int) -> String {
    pick(["0x100000000", "0x108000000", "0x100001000", "0", "0x140000000", "0x1\(index)0000000"])
  }
}
