import TestSupport

extension OracleMaker {
  /// The device on backend number `index`.
  mutating func device(_ index: Int) -> [String] {
    let driver = pick(["nvdimm", "nvdimm", "nvdimm", "nvdimm", "nvdimm", chance(0.5) ? "pc-dimm" : "virtio-pmem-pci"])
    var properties = deviceProperties(driver, index)
    properties.shuffle(using: &generator)
    if chance(0.15) { return ["-device", misspelt(json("driver", driver, properties))] }
    let flag = isOdd() ? pick([",unarmed", ",", ",nounarmed", ",=1"]) : ""
    return ["-device", driver + properties.map { ",\($0)=\($1)" }.joined() + flag]
  }

  private mutating func deviceProperties(_ driver: String, _ index: Int) -> [(key: String, value: String)] {
    var properties: [(key: String, value: String)] = []
    if chance(0.5) { properties.append(("id", isOdd() ? pick(["nv1", "mem1", "1x"]) : "nv\(index + 1)")) }
    if !isOdd() {
      let odd = ["mem1", "zz", "", "/objects/mem1", "ram0", "nv1", "pc.ram"]
      properties.append(("memdev", isOdd() ? pick(odd) : "mem\(index + 1)"))
    }
    guard driver != "virtio-pmem-pci" else {
      if chance(0.2) { properties.append(("memaddr", isOdd() ? pick(["0x100", "x"]) : "0x1\(index)0000000")) }
      return properties
    }
    if isOdd() || chance(0.15) { properties.append(("slot", isOdd() ? pick(Self.oddSlots) : pick(["0", "1", "-1"]))) }
    if isOdd() || chance(0.08) { properties.append(("addr", isOdd() ? pick(Self.oddAddresses) : address(index))) }
    if isOdd() || chance(0.08) { properties.append(("node", isOdd() ? pick(["1", "2", "-1", "x", "5"]) : "0")) }
    if isOdd() { properties.append((pick(["foo", "size", "hotplugged", "bus"]), pick(["1", "on"]))) }
    if isOdd() { properties += [("zz", "1"), ("bar", "x")] }
    guard driver == "nvdimm" || isOdd() else { return properties }
    if chance(0.4) { properties.append(("label-size", isOdd() ? pick(Self.oddLabels) : pick(["128K", "256K"]))) }
    if chance(isReadOnly ? 0.8 : 0.1) { properties.append(("unarmed", boolean())) }
    if chance(0.05) {
      properties.append(("uuid", isOdd() ? pick(["x", ""]) : "4f1c7f8a-3d53-4f0e-9a53-6a1a7f0a2c11"))
    }
    return properties
  }

  private static let oddSlots = ["2", "3", "-2", "7", "x", "0x1", "4294967296", "99", ""]
  private static let oddAddresses = ["4096", "0x123", "0x1000000000", "0xffffffffffff0000", "x", "0x2f0000000", "-1"]
  private static let oddLabels = ["0", "64K", "x", "-1", "64M", "67108863", "4G", "132K", "131073", "2M", "16E"]

  private mutating func address(_ index: Int) -> String {
    pick(["0x100000000", "0x108000000", "0x100001000", "0", "0x140000000", "0x1\(index)0000000"])
  }

  // MARK: Hotplug

  /// What the monitor is told: backends and devices more, and now and then the same once more.
  mutating func hotplug(_ count: Int) -> [String] {
    (0..<pick([1, 2, 3])).flatMap { index -> [String] in
      let number = chance(0.1) ? pick([1, 2]) : count + index + 1
      var commands: [String] = []
      if !isOdd() {
        var properties: [(key: String, value: String)] = [
          ("id", "mem\(number)"), ("mem-path", "hp\(number).img"), ("share", "on"),
          ("size", isOdd() ? pick(["0", "-1", "x", "4097"]) : pick(["67108864", "1048576", "4096", "131072"])),
        ]
        if isOdd() { properties.append((pick(["align", "foo", "readonly"]), pick(["3", "2097152", "on"]))) }
        commands.append(qmp("object-add", json("qom-type", "memory-backend-file", properties)))
      }
      let driver = chance(0.9) ? "nvdimm" : pick(["pc-dimm", "virtio-pmem-pci"])
      var properties = deviceProperties(driver, number - 1)
      properties.shuffle(using: &generator)
      commands.append(qmp("device_add", json("driver", driver, properties)))
      if isOdd() { commands.append(qmp("device_del", "{\"id\": \"nv\(number)\"}")) }
      if isOdd() { commands.append(qmp("object-del", "{\"id\": \"mem\(number)\"}")) }
      return commands
    }
  }

  private func qmp(_ name: String, _ arguments: String) -> String {
    "{\"execute\": \"\(name)\", \"arguments\": \(arguments)}"
  }
}
