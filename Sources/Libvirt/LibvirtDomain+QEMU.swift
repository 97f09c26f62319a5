import Basics
import FoundationEssentials
package import QEMU

extension LibvirtDomain {
  /// The kind of memory that libvirt uses for RAM.
  package enum RAM: Sendable {
    /// As the domain says: libvirt's own files, huge pages, or a memfd.
    case asDescribed
    /// Anonymous memory: the kind of RAM has no effect on memory devices, and its files are libvirt's own.
    case anonymous
  }

  /// Returns the memory arguments with which libvirt starts QEMU, in its order: machine, RAM, nodes, and a backend and
  /// a device for each memory device. The domain must be one returned by `started(on:)`.
  ///
  /// Source: libvirt `qemuBuildMemCommandLine`, `qemuBuildNumaCommandLine`, `qemuBuildMemoryDeviceCommandLine`.
  package func qemuArguments(_ qemu: QEMURelease, ram: RAM = .asDescribed) -> [String] {
    var arguments = ["-machine", machineProperties(qemu), "-m", memoryProperties]
    if disablesACPI, !tellsACPI(qemu), qemu < Self.withoutNoACPI { arguments.append("-no-acpi") }
    func add(_ backend: LibvirtBackend) {
      arguments += backend.objects.flatMap { ["-object", $0.argument(isJSON: writesJSON(qemu, Self.objectJSON))] }
    }
    if nodes.isEmpty, let id = defaultRAM(of: qemu), !lacksRAM {
      add(backend(id: id, size: initialMemory, node: nil, qemu, ram))
    }
    let nodeBackends = nodes.enumerated().map { index, node in
      backend(id: "ram-node\(index)", size: node.memory, node: index, qemu, ram)
    }
    let needsBackends = !takesNodeSizes(qemu) || nodeBackends.contains(where: \.isNeeded)
    for (index, backend) in nodeBackends.enumerated() {
      guard nodes[index].memory > 0 || !release.has(.omitsEmptyNodes) else {
        arguments += ["-numa", "node,nodeid=\(index)"]
        continue
      }
      if needsBackends { add(backend) }
      let memory = needsBackends ? "memdev=ram-node\(index)" : "mem=\(nodes[index].memory >> 10)"
      arguments += ["-numa", "node,nodeid=\(index),\(memory)"]
    }
    for device in devices where device.model != .enclave {
      add(backend(of: device, qemu, ram))
      arguments += ["-device", properties(of: device, qemu).argument(isJSON: writesJSON(qemu, Self.deviceJSON))]
    }
    return arguments + extraArguments
  }

  /// The first releases of QEMU to which libvirt passes objects and devices as JSON.
  private static let objectJSON = QEMURelease(6, 0)
  private static let deviceJSON = QEMURelease(6, 2)
  /// The first release of QEMU without `-no-acpi`.
  private static let withoutNoACPI = QEMURelease(9, 0)
  /// The first release of QEMU that reports which of its machines have ACPI.
  private static let machineACPI = QEMURelease(8, 0)

  private func writesJSON(_ qemu: QEMURelease, _ since: QEMURelease) -> Bool {
    release.has(.writesJSON) && qemu >= since
  }

  /// Returns whether libvirt learns from `qemu` which machines have ACPI.
  func tellsACPI(_ qemu: QEMURelease) -> Bool { release.has(.machineACPI) && qemu >= Self.machineACPI }

  /// Whether libvirt disables ACPI on a machine that has it.
  private var disablesACPI: Bool { !hasACPI && hasACPIMachine }

  private var hasACPIMachine: Bool { architecture == .x86_64 || architecture == .aarch64 }

  private var machineType: String { machine ?? (isPOWER ? "pseries" : architecture == .aarch64 ? "virt" : "pc") }

  /// Returns the name of the machine that an alias stands for. Source: libvirt `qemuCanonicalizeMachine`.
  func canonicalMachine(of qemu: QEMURelease) -> String {
    switch machineType {
    case "pc": "pc-i440fx-\(qemu)"
    case "q35": "pc-q35-\(qemu)"
    case "virt": "virt-\(qemu)"
    case "pseries": "pseries-\(qemu)"
    case let name: name
    }
  }

  private func machineProperties(_ qemu: QEMURelease) -> String {
    var properties = [machineType]
    // The name of a block device that libvirt creates.
    if hasFirmware, architecture == .aarch64 { properties.append("pflash0=libvirt-pflash0-format") }
    if devices.contains(where: { $0.model == .nvdimm }) { properties.append("nvdimm=on") }
    if nodes.isEmpty, let id = defaultRAM(of: qemu) { properties.append("memory-backend=\(id)") }
    if hasACPIMachine, tellsACPI(qemu) {
      properties.append("acpi=\(hasACPI ? "on" : "off")")
    } else if disablesACPI, qemu >= Self.withoutNoACPI {
      properties.append("acpi=off")
    }
    return properties.joined(separator: ",")
  }

  private var memoryProperties: String {
    guard maximum > 0 else {
      return release.has(.writesMemoryUnit) ? "size=\(initialMemory & ~0x1ff)k" : "\(initialMemory / 1024)"
    }
    let slots = slots > 0 || !release.has(.countsDIMMsAlone) ? ",slots=\(slots)" : ""
    return "size=\(initialMemory)k\(slots),maxmem=\(maximum)k"
  }

  /// Returns the name of the machine's RAM, which QEMU reports since 5.2; `nil` if there is none.
  private func defaultRAM(of qemu: QEMURelease) -> String? {
    qemu >= QEMURelease(5, 2) ? architecture?.ramID : nil
  }

  /// Returns whether the machine accepts node sizes without backends: one of 5.0 or before. Source: QEMU
  /// `docs/about/removed-features.rst`.
  private func takesNodeSizes(_ qemu: QEMURelease) -> Bool {
    let name = canonicalMachine(of: qemu)
    let numbers = name.split(separator: "-").last?.split(separator: ".").map { Int($0) } ?? []
    guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return false }
    return QEMURelease(major, minor) < QEMURelease(5, 1)
  }
}

/// A memory backend as libvirt describes it to QEMU.
struct LibvirtBackend {
  /// The backend, preceded by the threads that fill it.
  var objects: [QEMUObject]
  /// Whether a node needs the backend.
  var isNeeded: Bool
}

extension LibvirtDomain {
  private func backend(of device: LibvirtMemoryDevice, _ qemu: QEMURelease, _ ram: RAM) -> LibvirtBackend {
    backend(id: "mem\(device.id)", size: device.size, node: device.node, device: device, qemu, ram)
  }

  /// Describes a backend. Source: libvirt `qemuBuildMemoryBackendProps`, `qemuBuildThreadContextProps`.
  private func backend(
    id: String, size: UInt64, node: Int?, device: LibvirtMemoryDevice? = nil, _ qemu: QEMURelease, _ ram: RAM
  ) -> LibvirtBackend {
    let cell = node.flatMap { nodes.indices.contains($0) ? nodes[$0] : nil }
    let access =
      device?.access ?? (device?.model == .virtioPersistentMemory ? .shared : cell?.access ?? backing.access)
    let discards = device?.discards ?? cell?.discards ?? backing.discards
    let path = device?.path
    let hugePages = hugePages(of: device, in: node)
    let isMemoryFile = backing.source == .memfd && (path == nil || !release.has(.keepsPathBesideMemfd))
    let isFile = !isMemoryFile && (path != nil || hugePages != nil || access != nil || backing.source == .file)
    let place =
      path ?? "\(hugePages == nil ? Self.ramFolder : Self.hugePageFolder)/\(folderName)/\(id.dropping(prefix: "mem"))"
    let isAnonymous = path == nil && ram == .anonymous

    let isPreallocated =
      backing.allocation == .immediate || (path == nil || isMemoryFile) && hugePages != nil
      || device?.model == .nvdimm && device?.isPersistentMemory == false && !isMemoryFile
    let isBlocks = device?.model == .virtioMemory
    let threads = isBlocks || !release.has(.allocationThreads) ? 0 : backing.allocationThreads
    let binding =
      if let nodes = device?.hostNodes, !nodes.isEmpty {
        LibvirtMemoryTuning.Binding(
          mode: release.has(.bindsNodeMask) ? .strict : tuning.binding(of: node)?.mode ?? .strict, nodes: nodes)
      } else { tuning.binding(of: node) }
    let policy = binding?.mode.policy
    let affinity =
      release.has(.enclave) && qemu >= QEMURelease(7, 2) && isPreallocated && !isBlocks
        && (policy != nil || release.has(.machineACPI)) ? binding?.nodes : nil

    let type = isAnonymous ? "ram" : isMemoryFile ? "memfd" : isFile ? "file" : "ram"
    let isHugeMemoryFile = type == "memfd" && hugePages != nil
    let backend = QEMUObject([
      ("qom-type", .text("memory-backend-\(type)")), ("id", .text(id)),
      ("hugetlb", isHugeMemoryFile ? .boolean(true) : nil),
      ("hugetlbsize", isHugeMemoryFile ? hugePages.map { JSONValue($0.size << 10) } : nil),
      ("mem-path", type == "file" ? .text(place) : nil),
      (
        "discard-data",
        type == "file" && path == nil && (discards == true || release.has(.writesDiscard))
          ? discards.map { .boolean($0) } : nil
      ),
      ("share", type == "ram" ? nil : access.map { .boolean($0 == .shared) }),
      (
        "x-use-canonical-path-for-ramblock-id",
        device == nil && node == nil && type != "ram" && release.has(.namesAttributes) ? .boolean(false) : nil
      ), ("reserve", isBlocks && qemu >= QEMURelease(6, 1) ? .boolean(false) : nil),
      ("prealloc", isPreallocated && !isBlocks ? .boolean(true) : nil),
      ("prealloc-threads", threads > 0 ? JSONValue(threads) : nil), ("size", JSONValue(size * 1024)),
      ("align", device.flatMap { $0.alignment > 0 ? JSONValue($0.alignment * 1024) : nil }),
      ("pmem", device?.isPersistentMemory == true ? .boolean(true) : nil),
      ("host-nodes", policy == nil ? nil : binding.map { JSONValue($0.nodes) { JSONValue($0) } }),
      ("policy", policy.map { .text($0) }),
      ("prealloc-context", affinity.map { _ in .text("tc-\(id)") }),
    ])
    let context = affinity.map { nodes in
      QEMUObject([
        ("qom-type", .text("thread-context")), ("id", .text("tc-\(id)")),
        ("node-affinity", JSONValue(nodes) { JSONValue($0) }),
      ])
    }
    let isNeeded =
      hugePages?.nodes != nil || device != nil || access != nil || backing.source == .file || backing.source == .memfd
      || node.map { tuning.cells[$0] != nil } ?? false
    return LibvirtBackend(objects: [context, backend].compactMap(\.self), isNeeded: isNeeded)
  }

  /// The folders in which libvirt creates files for memory.
  private static let ramFolder = "/var/lib/libvirt/qemu/ram"
  private static let hugePageFolder = "/dev/hugepages/libvirt/qemu"

  /// The name of the domain's folder there: its number, which is -1 until it runs, and the beginning of its name.
  ///
  /// Source: libvirt `virDomainDefGetShortName`.
  private var folderName: String { "-1-\(Substring((name ?? "").unicodeScalars.prefix(20)))" }

  private func properties(of device: LibvirtMemoryDevice, _ qemu: QEMURelease) -> QEMUObject {
    func size(_ kibibytes: UInt64) -> JSONValue? { kibibytes > 0 ? JSONValue(kibibytes * 1024) : nil }
    var slot: UInt32?
    var base: UInt64 = 0
    if case .dimm(let number, let address)? = device.address { (slot, base) = (number, address) }
    let isFilled =
      device.model == .virtioMemory && qemu >= QEMURelease(7, 0)
      && (backing.allocation == .immediate || hugePages(of: device, in: device.node) != nil)
    return QEMUObject([
      ("driver", .text(device.driver)), ("node", device.node.map { JSONValue($0) }),
      ("label-size", size(device.labelSize)), ("block-size", size(device.blockSize)),
      ("requested-size", size(device.requestedSize)), ("uuid", device.uuid.map { .text($0.uuidString.lowercased()) }),
      ("unarmed", device.isReadOnly ? .boolean(true) : nil), ("memdev", .text("mem\(device.id)")),
      ("prealloc", isFilled ? .boolean(true) : nil),
      ("memaddr", device.memoryAddress > 0 ? JSONValue(device.memoryAddress) : nil),
      ("dynamic-memslots", device.hasDynamicSlots.map { .boolean($0) }), ("id", .text(device.id)),
      ("slot", slot.map { JSONValue($0) }), ("addr", base > 0 ? JSONValue(base) : nil),
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

  /// The id of the device in QEMU, known once the domain is started.
  package var id: String { alias ?? "" }
}

extension String {
  fileprivate func dropping(prefix: String) -> Substring { hasPrefix(prefix) ? dropFirst(prefix.count) : self[...] }
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
