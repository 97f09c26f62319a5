import Basics
import PersistentMemory

extension MachineStartup {
  /// Chooses the machine and sets its properties.
  mutating func makeMachine() throws(QEMUStop) {
    var properties = command.machine
    let type = properties["type"]?.text
    let machine =
      MachineIdentity(type, release, rules.architecture)
      // What is newer than all that we know lays its memory out alike.
      ?? (isStrict ? MachineIdentity(type, QEMURelease(.max, 0), rules.architecture) : nil)
    if isStrict, let type, ![.pc, .q35].contains(machine?.kind) || type == "isapc" {
      throw .complaint(.strict(.unsupportedMachine(type)), at: place(of: "machine"))
    }
    guard let machine else {
      throw complain(properties["type"] == nil ? .noMachine : .unsupportedMachine)
    }
    self.machine = machine
    guard machine.kind != .other else { throw .unknown("the machine '\(machine.name)'") }
    // POWER has NVDIMMs unless it is told otherwise.
    hasNVDIMM = machine.kind == .pseries
    for key in ["type", "accel", "igd-passthru", "kvm-shadow-mem", "kernel-irqchip"] { properties[key] = nil }
    for key in properties.keys where key.contains("_") {
      let value = properties[key]
      properties[key] = nil
      properties[String(key.map { $0 == "_" ? "-" : $0 })] = value
    }
    if let backend = properties["memory-backend"]?.text {
      guard command.memoryPath == nil else { throw complain(.memoryPathWithBackend) }
      machineBackend = backend
      properties["memory-backend"] = nil
    }
    var reader = QEMUValueReader(properties, .keyval)
    for key in properties.keysInOrder {
      let option = key == "memory" ? "m" : key == "smp" ? key : "machine"
      try place(of: option).blamed { () throws(QEMUComplaint) in
        guard !isStrict || DialectKeys.machine.contains(key) else {
          throw .propertyNotFound(owner: machine.name + "-machine", key)
        }
        try set(key, &reader, machine)
      }
    }
  }

  private mutating func set(
    _ key: String, _ reader: inout QEMUValueReader, _ machine: MachineIdentity
  ) throws(QEMUComplaint) {
    switch key {
    case "max-ram-below-4g" where machine.kind == .pc || machine.kind == .q35:
      let limit = try reader.size(key) ?? 0
      guard limit <= 4 << 30 else { throw .lowRAMLimit(limit) }
      lowRAMLimit = limit == 0 ? nil : limit
    case "pflash0", "pflash1", "firmware": loadsFirmware = true
    case "nvdimm" where machine.kind != .bare: hasNVDIMM = try reader.boolean(key) ?? false
    case "nvdimm-persistence" where machine.kind != .bare && machine.kind != .pseries && since(3, 0):
      guard let value = try reader.text(key) else { return }
      guard let domain = PersistenceDomain(rawValue: value) else { throw .unsupportedPersistence(value) }
      prediction.persistence = domain
    case "acpi" where machine.kind != .pseries:
      hasACPI = try reader.choice(key, of: ["auto", "on", "off"]) != "off"
    case "smp" where since(6, 2):
      try readGroup(key, of: reader.dictionary, integers: Self.processorKeys, others: [])
      if isStrict { try countProcessors(reader.dictionary[key]) }
    case "boot" where since(7, 1):
      try readGroup(
        key, of: reader.dictionary, integers: ["splash-time", "reboot-timeout"],
        others: ["order", "once", "menu", "splash", "strict"])
    case "memory": if let memory = reader.dictionary[key]?.members { try setMemory(QEMUDictionary(memory)) }
    case _ where Self.switches.contains(key) || machine.kind != .bare && Self.boardSwitches.contains(key):
      _ = try reader.boolean(key)
    default:
      guard !Self.otherProperties.contains(key) else { return }
      throw .propertyNotFound(owner: machine.name + "-machine", key)
    }
  }

  private static let processorKeys = ["cpus", "sockets", "dies", "clusters", "cores", "threads", "maxcpus"]

  /// A group of options that does not concern memory, but for its names and numbers.
  private func readGroup(
    _ key: String, of properties: QEMUDictionary, integers: [String], others: [String]
  ) throws(QEMUComplaint) {
    guard let group = properties[key]?.members else { return }
    var reader = QEMUValueReader(QEMUDictionary(group), .keyval, path: key + ".")
    for name in integers { _ = try reader.signed(name) }
    for name in others { reader.ignore(name) }
    try reader.finish()
  }

  /// The number of processors that `-smp` gives, or the product of what it is made of.
  private mutating func countProcessors(_ group: JSONValue?) throws(QEMUComplaint) {
    guard let group else { return }
    func count(_ key: String) -> Int64? { group[key]?.text.flatMap { CInteger.signed($0) } }
    let factors = ["sockets", "dies", "clusters", "cores", "threads"].compactMap(count)
    let product = factors.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
    let total = count("cpus") ?? product
    guard total > 0, factors.allSatisfy({ $0 > 0 }) else { throw .strict(.noProcessors) }
    processorCount = Int(total)
    guard processorCount <= StrictRefusal.processorLimit else { throw .strict(.tooManyProcessors(processorCount)) }
  }

  private mutating func setMemory(_ memory: QEMUDictionary) throws(QEMUComplaint) {
    var reader = QEMUValueReader(memory, .keyval, path: "memory.")
    let size = try reader.size("size")
    isRAMSizeGiven = memory["size"] != nil
    maximum = try reader.size("max-size")
    slots = try reader.unsigned("slots")
    try reader.finish()
    // QEMU rounds up to 8 KiB; what wraps is no size that could be had.
    ram = (size ?? Self.defaultRAM).alignedUp(to: 8 << 10) ?? 0
    if isStrict, ram == 0 { throw .strict(.ramTooLarge) }
    do throws(MemoryDeviceError) {
      try MemoryDevicePlacement.checkRelation(ram: ram, slots: slots, maximum: maximum)
    } catch { throw .start(.memory(error)) }
  }

  private static let switches: Set<String> = ["dump-guest-core", "graphics", "hmat", "mem-merge", "usb"]
  private static let boardSwitches: Set<String> = ["hpet", "i8042", "pic-x", "sata", "smbus"]

  /// The properties of machines that do not concern memory devices.
  private static let otherProperties = Set(
    """
    append aux-ram-share boot bus-lock-ratelimit cap-cfpc cap-dfp cap-htm confidential-guest-support cxl cxl-fmw
    default-bus-bypass-iommu dt-compatible dtb dumpdtb dtb-randomness fd-bootchk gic-version highmem
    highmem-ecam highmem-mmio highmem-redists ic-mode initrd iommu its kernel kernel-irqchip max-cpu-compat max-fw-size
    max-ram-below-4g memory-encryption mte pcie phandle-start pic pit ras secure sgx-epc shutdown-action smm smp
    smbios-entry-point-type suppress-vmdesc virtualization vmport x-oem-id x-oem-table-id x-south-bridge
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
