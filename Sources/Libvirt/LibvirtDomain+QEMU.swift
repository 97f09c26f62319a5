import Basics
import FoundationEssentials
package import QEMU

extension LibvirtDomain {
  /// The arguments about memory with which libvirt starts QEMU, in its order: machine, RAM, nodes, and a backend with
  /// its device for each memory device. For a domain that is `started()`.
  ///
  /// RAM is always anonymous here, whatever backs it: its place decides nothing about memory devices. Source: libvirt
  /// `qemuBuildMemoryBackendProps`, `qemuBuildMemoryDeviceProps`.
  package func qemuArguments(_ release: QEMURelease) -> [String] {
    var arguments = ["-machine", machineProperties(release), "-m", memoryProperties]
    if disablesACPI, release < Self.machineACPI { arguments.append("-no-acpi") }
    for (index, node) in nodes.enumerated() {
      let id = "ram-node\(index)"
      let ram = QEMUObject([
        ("qom-type", .text("memory-backend-ram")), ("id", .text(id)), ("size", JSONValue(node.memory * 1024)),
      ])
      arguments += ["-object", ram.argument(release, json: Self.objectJSON)]
      arguments += ["-numa", "node,nodeid=\(index),memdev=\(id)"]
    }
    for device in devices where device.model != .enclave {
      arguments += ["-object", backend(of: device).argument(release, json: Self.objectJSON)]
      arguments += ["-device", properties(of: device).argument(release, json: Self.deviceJSON)]
    }
    return arguments + extraArguments
  }

  /// The releases with which libvirt gives objects and devices as JSON.
  private static let objectJSON = QEMURelease(6, 0)
  private static let deviceJSON = QEMURelease(6, 2)
  /// The release that has no `-no-acpi` any more.
  private static let machineACPI = QEMURelease(9, 0)

  /// Whether libvirt takes ACPI away from a machine that has it.
  private var disablesACPI: Bool { !hasACPI && (architecture == .x86_64 || architecture == .aarch64) }

  private func machineProperties(_ release: QEMURelease) -> String {
    var properties = [machine ?? (isPOWER ? "pseries" : architecture == .aarch64 ? "virt" : "pc")]
    // The name of a block device that libvirt makes.
    if hasFirmware, architecture == .aarch64 { properties.append("pflash0=libvirt-pflash0-format") }
    if devices.contains(where: { $0.model == .nvdimm }) { properties.append("nvdimm=on") }
    if disablesACPI, release >= Self.machineACPI { properties.append("acpi=off") }
    return properties.joined(separator: ",")
  }

  private var memoryProperties: String {
    maximum > 0 ? "size=\(initialMemory)k,slots=\(slots),maxmem=\(maximum)k" : "\(initialMemory / 1024)"
  }

  private func backend(of device: LibvirtMemoryDevice) -> QEMUObject {
    let access = access(of: device)
    let isFile = device.path != nil
    let isPreallocated = backing.isAllocatedAtOnce || device.model == .nvdimm && !device.isPersistentMemory
    let takesPreallocation = device.model != .virtioMemory
    return QEMUObject([
      ("qom-type", .text(isFile ? "memory-backend-file" : "memory-backend-ram")), ("id", .text("mem\(device.id)")),
      ("mem-path", device.path.map { .text($0) }),
      ("share", isFile ? access.map { .boolean($0 == .shared) } : nil),
      ("reserve", takesPreallocation ? nil : .boolean(false)),
      ("prealloc", takesPreallocation && isPreallocated ? .boolean(true) : nil),
      (
        "prealloc-threads",
        backing.allocationThreads > 0 && takesPreallocation ? JSONValue(backing.allocationThreads) : nil
      ),
      ("size", JSONValue(device.size * 1024)),
      ("align", device.alignment > 0 ? JSONValue(device.alignment * 1024) : nil),
      ("pmem", device.isPersistentMemory ? .boolean(true) : nil),
    ])
  }

  private func properties(of device: LibvirtMemoryDevice) -> QEMUObject {
    func size(_ kibibytes: UInt64) -> JSONValue? { kibibytes > 0 ? JSONValue(kibibytes * 1024) : nil }
    var slot: UInt32?
    var base: UInt64 = 0
    if case .dimm(let number, let address)? = device.address { (slot, base) = (number, address) }
    return QEMUObject([
      ("driver", .text(device.driver)), ("node", device.node.map { JSONValue($0) }),
      ("label-size", size(device.labelSize)), ("block-size", size(device.blockSize)),
      ("requested-size", size(device.requestedSize)), ("uuid", device.uuid.map { .text($0.uuidString.lowercased()) }),
      ("unarmed", device.isReadOnly ? .boolean(true) : nil), ("memdev", .text("mem\(device.id)")),
      ("id", .text(device.id)), ("slot", slot.map { JSONValue($0) }), ("addr", base > 0 ? JSONValue(base) : nil),
    ])
  }
}

extension LibvirtMemoryDevice {
  fileprivate var driver: String {
    switch model {
    case .dimm: "pc-dimm"
    case .nvdimm: "nvdimm"
    case .virtioPersistentMemory: "virtio-pmem-pci"
    case .virtioMemory: "virtio-mem-pci"
    case .enclave: "sgx-epc"
    }
  }

  /// The id of the device in QEMU, once the domain is started.
  package var id: String { alias ?? "" }
}

extension LibvirtDomain {
  /// Names each device that has no name of its own, by its slot or, without one, by its number.
  ///
  /// Source: libvirt `qemuAssignDeviceMemoryAlias`.
  mutating func assignAliases() {
    var counts: [LibvirtMemoryDevice.Model: Int] = [:]
    for (index, device) in devices.enumerated() where device.alias == nil {
      let number = counts[device.model, default: 0]
      counts[device.model] = number + 1
      devices[index].alias =
        switch device.model {
        case .dimm, .nvdimm: "\(device.model.rawValue)\(device.slot ?? 0)"
        case .virtioPersistentMemory: "virtiopmem\(number)"
        case .virtioMemory: "virtiomem\(number)"
        case .enclave: "epc\(number)"
        }
    }
  }
}
