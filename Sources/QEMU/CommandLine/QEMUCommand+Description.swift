package import Basics

extension QEMUCommand {
  /// Creates the command of a machine of the common kind on `architecture`, with NVDIMMs enabled. Resources that
  /// are not specified are taken to be sufficient. All sizes, including those of `-m`, are in bytes.
  package init(
    ofMachineOn architecture: Architecture, _ release: QEMURelease, ram: UInt64?, slots: UInt64?, maximum: UInt64?
  ) {
    self.init(program: "qemu-system-\(architecture.rawValue)", release: release)
    let type =
      switch architecture {
      case .x86_64: "q35"
      case .aarch64: "virt"
      case .ppc64: "pseries"
      case .s390x: "s390-ccw-virtio"
      }
    machine["type"] = .text(type)
    if SizingRules(release, architecture).hasNVDIMM { machine["nvdimm"] = .text("on") }
    loadsFirmware = architecture == .aarch64
    if architecture == .aarch64 { processorModel = "max" }
    var memory = QEMUDictionary()
    let ram = ram ?? architecture.defaultRAM
    memory["size"] = .text("\(ram)")
    if let slots { memory["slots"] = .text("\(slots)") }
    if let maximum { memory["max-size"] = .text("\(maximum)") }
    if slots == nil, maximum == nil {
      memory["slots"] = .text("\(MemoryDevicePlacement.slotLimit)")
      memory["max-size"] = .text("\(max(ram, 1 << 62))")
      // The processor's address width is not known either.
      accelerators = ["kvm"]
      hasMadeUpRoom = true
    }
    machine["memory"] = memory.value
  }

  /// Adds the shared backend `id` on the file at `path`, with `size` bytes (`nil` if the size is unknown) and `align=`.
  package mutating func add(file path: String, id: String, size: UInt64?, alignment: UInt64?) throws(QEMUStop) {
    var properties = QEMUDictionary()
    properties["qom-type"] = .text("memory-backend-file")
    properties["id"] = .text(id)
    properties["share"] = .text("on")
    properties["mem-path"] = .text(path)
    properties["size"] = .text("\(size ?? 0)")
    if let alignment { properties["align"] = .text("\(alignment)") }
    try add(objectOf: properties, .options, at: .nowhere)
    guard size == nil, let option = objects.popLast()?.backend else { return }
    var unsized = option
    unsized.backend.size = nil
    objects.append(Object(location: .nowhere, id: id, backend: unsized))
  }

  /// Adds an NVDIMM on the backend `id`; if `slot` is `nil`, QEMU chooses one. The value of the UUID has no effect.
  package mutating func add(nvdimmOn id: String, labelSize: UInt64?, slot: Int?, hasUUID: Bool) {
    var device = QEMUDictionary()
    device["driver"] = .text("nvdimm")
    device["memdev"] = .text(id)
    if let labelSize { device["label-size"] = .text("\(labelSize)") }
    if hasUUID { device["uuid"] = .text("00000000-0000-4000-8000-000000000001") }
    if let slot { device["slot"] = .text("\(slot)") }
    devices.append(Device(location: .nowhere, properties: device, isJSON: false))
  }
}
