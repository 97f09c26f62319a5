import Basics
import PersistentMemory

extension MachineStartup {
  /// Chooses the machine.
  mutating func chooseMachine() throws(QEMUStop) {
    let type = command.machine["type"]?.text
    let machine = MachineIdentity(type, isStrict ? nil : release, rules.architecture)
    if isStrict, let type, ![.pc, .q35].contains(machine?.kind) || type == "isapc" {
      throw .complaint(.strict(.unsupportedMachine(type)), at: place(of: "machine"))
    }
    guard let machine else {
      guard let type else { throw complain(.noMachine) }
      let location = release.has(.machineTypeWithOption) ? command.machineLocation : nil
      throw .complaint(.unsupportedMachine(type, release), at: location ?? .nowhere)
    }
    self.machine = machine
    if machine.kind == .unlisted { undescribed.append("the machine '\(machine.name)'") }
    if release.has(.memoryIsOption), case let memory? = command.machine["memory"]?.members {
      try command.memoryLocation.blamed { () throws(QEMUComplaint) in try setMemory(QEMUDictionary(memory)) }
    }
  }

  /// Returns whether the machine property `key` is on; `nil` if it is not given. Whether it is a boolean has been
  /// checked.
  func isOn(_ key: String) -> Bool? {
    var reader = QEMUValueReader(command.machine, .keyval)
    return (try? reader.boolean(key)) ?? nil
  }

  /// Sets the properties of the machine.
  mutating func setMachineProperties() throws(QEMUStop) {
    guard let machine else { return }
    var properties = command.machine
    if release.has(.memoryIsOption) { properties["memory"] = nil }
    // POWER has NVDIMMs enabled by default.
    hasNVDIMM = machine.kind == .pseries
    for key in ["type", "accel", "igd-passthru", "kvm-shadow-mem", "kernel-irqchip"] { properties[key] = nil }
    let hasNestedProperties = since(6, 1)
    for key in properties.keys where key.contains("_") && hasNestedProperties {
      let value = properties[key]
      properties[key] = nil
      properties[String(key.map { $0 == "_" ? "-" : $0 })] = value
    }
    if let backend = properties["memory-backend"]?.text {
      guard command.memoryPath == nil else { throw complain(.memoryPathWithBackend) }
      machineBackend = backend
      properties["memory-backend"] = nil
    }
    var reader = QEMUValueReader(properties, hasNestedProperties ? .keyval : .string)
    if !isStrict { reader.obey(release, properties: true) }
    for key in hasNestedProperties ? properties.keysInOrder : properties.keys {
      let option = key == "memory" ? "m" : key == "smp" ? key : "machine"
      try place(of: option).blamed { () throws(QEMUComplaint) in
        guard !isStrict || DialectKeys.machine.contains(key) else {
          throw .propertyNotFound(owner: owner(machine), key)
        }
        for former in command.formerMachineValues where former.key == key {
          var reader = QEMUValueReader(QEMUDictionary([former]), .string)
          reader.obey(release, properties: true)
          try set(key, &reader, machine)
        }
        try set(key, &reader, machine)
      }
    }
  }

  private mutating func set(
    _ key: String, _ reader: inout QEMUValueReader, _ machine: MachineIdentity
  ) throws(QEMUComplaint) {
    switch key {
    case "max-ram-below-4g" where [.pc, .q35, .isapc].contains(machine.kind):
      let limit = try reader.size(key) ?? 0
      guard limit <= 4 << 30 else { throw .lowRAMLimit(limit) }
      lowRAMLimit = limit == 0 ? nil : limit
    case "nvdimm" where machine.knowsNVDIMM: hasNVDIMM = try reader.boolean(key) ?? false
    case "nvdimm-persistence" where machine.knowsNVDIMM && since(3, 0):
      guard let value = try reader.text(key) else { return }
      guard let domain = PersistenceDomain(rawValue: value) else { throw .unsupportedPersistence(value) }
      prediction.persistence = domain
    case "smp" where since(6, 2):
      try readGroup(key, of: reader.dictionary, integers: Self.processorKeys, others: [])
      if isStrict { try countProcessors(reader.dictionary[key]) }
    case "boot" where since(7, 1):
      try readGroup(
        key, of: reader.dictionary, integers: ["splash-time", "reboot-timeout"],
        booleans: ["menu", "strict"], others: ["order", "once", "splash"])
    case "memory": if let memory = reader.dictionary[key]?.members { try setMemory(QEMUDictionary(memory)) }
    default: try setOther(key, &reader, machine)
    }
  }

  /// Checks `-m` in releases in which it is an option of its own.
  private func checkMemoryOptions() throws(QEMUComplaint) {
    switch (slots, maximum) {
    case (nil, _?) where release.has(.slotsNeedMaximum): throw .memoryOptionMissing("slots")
    case (_?, nil): throw .memoryOptionMissing("maxmem")
    case (0?, let maximum?) where release.has(.slotsNeedMaximum) && maximum > ram: throw .maximumWithoutSlots
    default: break
    }
  }

  /// Checks a property that does not concern memory devices.
  private mutating func setOther(
    _ key: String, _ reader: inout QEMUValueReader, _ machine: MachineIdentity
  ) throws(QEMUComplaint) {
    let rows = MachineProperty.rows(key)
    guard machine.kind != .unlisted else { return }
    guard key.utf8.allSatisfy({ Self.lettersOfNames.contains($0) }) else {
      throw .propertyNotFound(owner: owner(machine), key)
    }
    guard !rows.isEmpty || Self.ownProperties.contains(key) else {
      undescribed.append("the machine property '\(key)'")
      return
    }
    let row = rows.first { $0.boards.contains(machine.kind) && $0.releases.contains(release) }
    guard let row else { throw .propertyNotFound(owner: owner(machine), key) }
    switch row.value {
    case .boolean: _ = try reader.boolean(key)
    case .onOffAuto:
      let choice = try reader.choice(key, of: ["auto", "on", "off"])
      if key == "acpi" { hasACPI = choice != "off" }
    case .size: _ = try reader.size(key)
    case .integer: _ = try reader.unsigned(key)
    case .any:
      if ["firmware", "pflash0", "pflash1"].contains(key) { loadsFirmware = true }
      if key == "firmware", !command.hasFlash { firmware = try reader.text(key) }
    case .readOnly:
      throw release.has(.permissionInsufficient)
        ? .permissionDenied : .propertyNotWritable(owner: machine.name + "-machine", key)
    case .later: throw .propertyNotFound(owner: owner(machine), key)
    case .guestSupport:
      guard let id = try reader.text(key), since(6, 0) else { return }
      guard command.objects.contains(where: { $0.id == id && !$0.isBackend }) else {
        throw key == "memory-encryption" ? .noEncryptionObject(id) : .deviceNotFound(id)
      }
      undescribed.append("the machine property '\(key)'")
    }
  }

  private static let lettersOfNames = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-".utf8)

  /// The properties that are read where they take effect, on machines that have them.
  private static let ownProperties: Set<String> = ["max-ram-below-4g", "nvdimm", "nvdimm-persistence", "smp", "boot"]

  /// Returns the name of `machine` in complaints.
  private func owner(_ machine: MachineIdentity) -> String {
    release.has(.propertiesWithoutType) ? "" : machine.name + "-machine"
  }

  private static let processorKeys = ["cpus", "sockets", "dies", "clusters", "cores", "threads", "maxcpus"]

  /// Reads a group of options that does not concern memory; only names and numbers are checked.
  private func readGroup(
    _ key: String, of properties: QEMUDictionary, integers: [String], booleans: [String] = [], others: [String]
  ) throws(QEMUComplaint) {
    guard let group = properties[key]?.members else { return }
    var reader = QEMUValueReader(QEMUDictionary(group), .keyval, path: key + ".")
    for name in integers { _ = try reader.signed(name) }
    for name in booleans { _ = try reader.boolean(name) }
    for name in others { reader.ignore(name) }
    try reader.finish()
  }

  /// Sets the number of processors that `-smp` gives, or the product of its components.
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
    if !isStrict { reader.obey(release) }
    let size = try reader.size("size")
    isRAMSizeGiven = memory["size"] != nil
    maximum = try reader.size("max-size")
    slots = try reader.unsigned("slots")
    try reader.finish()
    // QEMU rounds up to 8 KiB; a size that wraps is not available anyway.
    ram = (size ?? rules.architecture.defaultRAM).alignedUp(to: 8 << 10) ?? 0
    if isStrict, ram == 0 { throw .strict(.ramTooLarge) }
    if release.has(.memoryIsOption) { try checkMemoryOptions() }
    do throws(MemoryDeviceError) {
      try MemoryDevicePlacement.checkRelation(ram: ram, slots: slots, maximum: maximum)
    } catch { throw release.has(.memoryIsOption) ? .memoryOption(error) : .start(.memory(error)) }
  }
}
