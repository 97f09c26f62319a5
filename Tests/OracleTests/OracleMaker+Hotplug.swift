import Basics
import QEMU

extension OracleMaker {
  /// Returns monitor commands that add backends and devices, with occasional repetitions.
  mutating func hotplug(_ count: Int) -> [String] {
    (0..<pick([1, 2, 3])).flatMap { index -> [String] in
      let number = chance(0.1) ? pick([1, 2]) : count + index + 1
      var commands: [String] = []
      if !isOdd() {
        let page = architecture == .ppc64 ? "65536" : "4096"
        var properties: [(key: String, value: String)] = [
          ("id", "mem\(number)"), ("share", "on"),
          ("size", isOdd() ? pick(["0", "-1", "x", "4097", "2M"]) : pick(["67108864", "1048576", page, "131072"])),
        ]
        let isFile = chance(0.8)
        if isFile { properties.append(("mem-path", "hp\(number).img")) }
        if isOdd() { properties.append((pick(["align", "foo", "readonly"]), pick(["3", "2097152", "on"]))) }
        let type = isFile ? "memory-backend-file" : "memory-backend-ram"
        commands.append(command("object", "qom-type", type, properties))
      }
      let driver = chance(0.9) ? "nvdimm" : pick(["pc-dimm", "virtio-pmem-pci"])
      var properties = deviceProperties(driver, number - 1)
      properties.shuffle(using: &generator)
      commands.append(command("device", "driver", driver, properties))
      if isOdd() { commands.append(qmp("device_del", "{\"id\": \"nv\(number)\"}")) }
      if isOdd() || chance(0.05) { commands.append(qmp("object-del", "{\"id\": \"mem\(number)\"}")) }
      return commands
    }
  }

  /// Returns the command that adds an object or a device: a QMP document, sometimes a line of HMP.
  private mutating func command(
    _ what: String, _ kindKey: String, _ kind: String, _ properties: [(key: String, value: String)]
  ) -> String {
    // QEMU reports faults of an option on standard error, not to the monitor; objects are no longer options since 6.0.
    guard what == "object", release >= QEMURelease(6, 0), chance(0.15) else {
      return qmp(what == "object" ? "object-add" : "device_add", json(kindKey, kind, properties))
    }
    return "\(what)_add " + kind + properties.map { ",\($0)=\($1)" }.joined()
  }

  private func qmp(_ name: String, _ arguments: String) -> String {
    "{\"execute\": \"\(name)\", \"arguments\": \(arguments)}"
  }
}
