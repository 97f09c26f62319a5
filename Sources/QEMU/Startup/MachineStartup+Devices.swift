import Basics
import PersistentMemory

extension QEMULocation {
  /// Runs `body`; a stop without a location gets this one.
  func adding(_ body: () throws(QEMUStop) -> Void) throws(QEMUStop) {
    do { try body() } catch {
      guard case .complaint(let complaint, .nowhere) = error else { throw error }
      throw .complaint(complaint, at: self)
    }
  }
}

extension MachineStartup {
  /// Memory devices whose rules are not described here.
  private static let undescribedDevices: Set<String> = [
    "virtio-mem-pci", "virtio-mem", "sgx-epc", "cxl-type3", "hv-balloon", "spapr-nvdimm", "virtio-pmem",
  ]

  /// Plugs `device`, if it is a memory device.
  mutating func plug(_ device: QEMUCommand.Device, hotplugged: Bool) throws(QEMUStop) {
    var properties = device.properties
    guard let driver = properties["driver"]?.text else { throw complain(.missingParameter("driver")) }
    let id = properties["id"]?.text
    guard !Self.undescribedDevices.contains(driver) else { throw .unknown("the device '\(driver)'") }
    guard !isStrict || driver == MemoryDevice.Kind.nvdimm.rawValue else { throw complain(.notADeviceModel(driver)) }
    guard let kind = MemoryDevice.Kind(rawValue: driver) else {
      guard driver.isTypeName else { throw complain(.notADeviceModel(driver)) }
      if !OtherType.isDevice(driver, release) { undescribed.append("the device '\(driver)'") }
      if let id, !deviceIDs.insert(id).inserted { throw complain(.duplicateDevice(id)) }
      hasUnnamedBuses = hasUnnamedBuses || id == nil
      return
    }
    if kind == .nvdimm, !rules.hasNVDIMM { throw complain(.notADeviceModel(driver)) }
    // Only the board of a PC has this device.
    if kind == .persistentMemory, rules.architecture != .x86_64 { throw complain(.notADeviceModel(driver)) }
    let bus = properties["bus"]?.text
    if let bus { try checkBus(bus, kind, machine) }
    var option = MemoryDevice(kind, id: id)
    option.bus = bus
    if hotplugged { try checkHotplug(onBusOf: option) }
    try applyGlobals(to: &option, hotplugged: hotplugged)
    if let id, !deviceIDs.insert(id).inserted { throw complain(.duplicateDevice(id)) }
    for key in ["driver", "bus", "id"] { properties[key] = nil }
    if device.isJSON, let id, !id.isQEMUIdentifier, release.has(.deviceIDsAreChecked) {
      throw complain(.invalidDeviceID(id))
    }
    do throws(QEMUStop) {
      let texts: QEMUValueReader.Syntax = release.has(.devicesAreOptions) ? .string : .keyval
      try read(properties, device.isJSON ? .json : texts, into: &option)
      try plug(option, at: device.location, hotplugged: hotplugged)
    } catch {
      if let id { deviceIDs.remove(id) }
      blame(properties["memdev"]?.text, for: error)
      throw error
    }
  }

  /// Notes that the refusal of a device is about the backend at `path`, unless the cause is known or the machine lacks
  /// room.
  private mutating func blame(_ path: String?, for stop: QEMUStop) {
    guard case .complaint(.start(let refusal), _) = stop, prediction.blamed == nil else { return }
    if case .memory = refusal { return }
    prediction.blamed = path.flatMap { backend(at: $0) }?.option.backend.id
  }

  /// Returns the persistent memory that `device` describes, to the extent that QEMU reads it; `nil` for any other
  /// device, and for one that QEMU refuses.
  package func described(_ device: QEMUCommand.Device) -> MemoryDevice? {
    guard let driver = device.properties["driver"]?.text, let kind = MemoryDevice.Kind(rawValue: driver),
      kind.isPersistent
    else { return nil }
    var properties = device.properties
    var option = MemoryDevice(kind, id: properties["id"]?.text)
    for key in ["driver", "bus", "id"] { properties[key] = nil }
    var reader = QEMUValueReader(properties, device.isJSON ? .json : .keyval)
    for key in properties.keys where (try? option.set(key, &reader, release)) == nil { return nil }
    return option
  }

  /// The bus of the board that takes PCI devices.
  var boardBus: String? {
    switch machine?.kind {
    case .pc?: "pci.0"
    case .q35?: "pcie.0"
    case .isapc?, .microvm?, .virt?, .pseries?, .s390?, .empty?, .unlisted?, nil: nil
    }
  }

  /// Checks `bus`, which must be the board's, or the bus of a device plugged before, which is named after that device.
  private func checkBus(_ bus: String, _ kind: MemoryDevice.Kind, _ machine: MachineIdentity?) throws(QEMUStop) {
    guard kind == .persistentMemory else { throw complain(.busNotFound(bus)) }
    guard let boardBus, bus != boardBus, !hasUnnamedBuses else { return }
    guard !deviceIDs.contains(where: { bus == $0 || bus.hasPrefix("\($0).") }) else { return }
    throw complain(.busNotFound(bus))
  }

  /// Throws if `device` is on the board's own bus and that bus does not support hotplug.
  func checkHotplug(onBusOf device: MemoryDevice) throws(QEMUStop) {
    guard device.kind == .persistentMemory, machine?.kind == .q35, let boardBus,
      device.bus == nil || device.bus == boardBus
    else { return }
    throw complain(.noHotplug(bus: boardBus))
  }

  private func read(
    _ properties: QEMUDictionary, _ syntax: QEMUValueReader.Syntax, into device: inout MemoryDevice,
    as owner: String? = nil
  ) throws(QEMUStop) {
    try QEMULocation.nowhere.blamed { () throws(QEMUComplaint) in
      var reader = QEMUValueReader(properties, syntax)
      if !isStrict { reader.obey(release, properties: true) }
      for key in release.has(.devicesAreOptions) ? properties.keys : properties.keysInOrder {
        try device.set(key, &reader, release, command.dialect, owner: owner)
        guard key == "memdev", let path = device.backend else { continue }
        device.backend = try resolve(path)
        if let id = device.backend, release.has(.busyWhenSet), prediction.usedBackends.contains(id) {
          throw .busyMemoryDevice(id)
        }
      }
    }
  }

  /// Applies the `-global` options for devices of the kind, before the device's own properties.
  private func applyGlobals(to device: inout MemoryDevice, hotplugged: Bool) throws(QEMUStop) {
    for driver in device.kind.drivers {
      for global in command.globals where driver.names.contains(global.driver) {
        var properties = QEMUDictionary()
        properties[global.property] = .text(global.value)
        do throws(QEMUStop) { try read(properties, .string, into: &device, as: driver.type) } catch {
          guard case .complaint(let complaint, _) = error else { throw error }
          // Once the machine runs, it is only a warning.
          if !hotplugged { throw complain(.globalNotApplied(global.description, complaint.description)) }
        }
      }
    }
  }

  /// Returns the id of the backend at `path`; `nil` for an empty path, which names no backend.
  private func resolve(_ path: String) throws(QEMUComplaint) -> String? {
    guard !path.isEmpty else { return nil }
    if let backend = backend(at: path) { return backend.option.backend.id }
    let name = (path.hasPrefix("/") ? "/" : "") + path.split(separator: "/").joined(separator: "/")
    let isOther =
      deviceIDs.contains(name) || command.objects.contains { $0.backend == nil && $0.id == name }
      || ["machine", "objects", "chardevs", "peripheral", "/", "/machine", "/objects"].contains(name)
    guard isOther else { throw .deviceNotFound(path) }
    throw .expectedType(parameter: "memdev", "memory-backend")
  }

  // MARK: The machine's checks

  private mutating func plug(
    _ option: MemoryDevice, at location: QEMULocation, hotplugged: Bool
  ) throws(QEMUStop) {
    guard let machine, placement != nil else { throw .unknown("a memory device on this machine") }
    if release.has(.realizesFirst) { try realize(option) }
    if option.kind != .persistentMemory { try checkMachine(machine, option, hotplugged: hotplugged) }
    if isStrict, let id = option.backend, let backend = backend(at: id) { try checkSharing(backend) }
    // POWER checks the device before it looks for a slot.
    let isPOWER = machine.kind == .pseries
    if isPOWER { try checkPOWER(machine, option) }
    // From 3.0 on the device is laid out when the machine checks it; 3.0 nevertheless realizes it first.
    if !release.has(.realizesFirst), release.has(.addressBeforeSlot) { try realize(option) }
    try place(option, on: machine, at: location, hotplugged: hotplugged)
  }

  /// Gives the device a slot and an address, and adds it to the machine.
  private mutating func place(
    _ option: MemoryDevice, on machine: MachineIdentity, at location: QEMULocation, hotplugged: Bool
  ) throws(QEMUStop) {
    guard var placement else { return }
    let takesSlot = option.kind != .persistentMemory
    let choosesSlotFirst = takesSlot && !release.has(.addressBeforeSlot)
    let slotBefore = choosesSlotFirst ? try freeSlot(option, placement) : -1
    let (backend, geometry) = try layOut(option)
    let size = geometry?.regionSize ?? backend.option.backend.size ?? 0
    // Old machines treat DIMMs differently from other devices.
    let isAligned = machine.alignsDevices || option.kind == .persistentMemory
    let alignment = isAligned ? alignment(of: backend) : rules.pageSize
    try warn(alignment, placement)
    let free = placement
    let order: MemoryDevicePlacement.Order =
      release.has(.conflictsBeforeRoom) ? .conflictsFirst : release.has(.sizeBeforeAddress) ? .sizeFirst : .roomFirst
    let place = try placing { () throws(MemoryDeviceError) in
      try placement.place(
        id: option.id, slot: slotBefore, size: size, alignment: alignment,
        address: option.address == 0 ? nil : option.address, order,
        slotBehind: { () throws(MemoryDeviceError) in
          takesSlot && !choosesSlotFirst ? try free.freeSlot(option.slot == -1 ? nil : Int(option.slot)) : nil
        })
    }
    try occupyPCI(option)
    if !release.has(.addressBeforeSlot) { try realize(option) }
    self.placement = placement
    prediction.usedBackends.insert(backend.option.backend.id)
    prediction.devices.append(
      .init(
        option: option, backend: backend.option.backend.id, placement: place, geometry: geometry,
        alignment: alignment, isHotplugged: hotplugged, location: location))
  }

  private func checkMachine(
    _ machine: MachineIdentity, _ option: MemoryDevice, hotplugged: Bool
  ) throws(QEMUStop) {
    if machine.kind == .virt {
      // The device that informs the guest about memory needs ACPI, which needs firmware and processors of 64 bits.
      // Cold-plugged devices are in the device tree, too. (since 10.2)
      let isInDeviceTree = option.kind == .nvdimm && !hotplugged && since(10, 2)
      let hasEventDevice = hasACPI && loadsFirmware && areProcessorsWide && !machine.isBefore(4, 2)
      guard hasEventDevice || isInDeviceTree else { throw complain(.noEventDevice) }
    } else {
      guard hasACPI, machine.kind != .isapc else { throw complain(.noACPI) }
    }
    if option.kind == .nvdimm, !hasNVDIMM, since(2, 9), machine.kind != .pseries {
      let remedy = machine.kind == .virt ? "add 'nvdimm=on' to '-M'" : "missing 'nvdimm' in '-M'"
      throw complain(.notEnabled(machineOption: remedy))
    }
    guard machine.hasDeviceMemory else { throw complain(.noMemoryHotplug) }
  }

  /// Makes the checks of POWER. Sources: QEMU `hw/ppc/spapr.c`, `spapr_memory_pre_plug`, and `hw/ppc/spapr_nvdimm.c`,
  /// `spapr_nvdimm_validate`.
  private mutating func checkPOWER(_ machine: MachineIdentity, _ option: MemoryDevice) throws(QEMUStop) {
    let (backend, geometry) = try layOut(option)
    guard let geometry else {
      let size = backend.option.backend.size ?? 0
      guard option.kind != .dimm || size.isMultiple(of: rules.regionGranularity) else {
        throw complain(.dimmNotBlocks)
      }
      return
    }
    guard machine.knowsNVDIMM else { throw complain(.noNVDIMMHotplug) }
    guard hasNVDIMM || !since(5, 2) else { throw complain(.nvdimmOff) }
    guard option.labelSize != nil || !rules.requiresLabels else { throw complain(.start(.labelRequired)) }
    guard geometry.regionSize.isMultiple(of: rules.regionGranularity) else {
      throw complain(.start(.regionNotGranular))
    }
    guard (option.uuid != nil) || !rules.requiresUUID else { throw complain(.uuidRequired) }
  }

  private func freeSlot(_ option: MemoryDevice, _ placement: MemoryDevicePlacement) throws(QEMUStop) -> Int {
    try placing { () throws(MemoryDeviceError) in
      try placement.freeSlot(option.slot == -1 ? nil : Int(option.slot))
    }
  }

  /// Returns the backend of `option`, and the way in which an NVDIMM divides it.
  private mutating func layOut(
    _ option: MemoryDevice
  ) throws(QEMUStop) -> (MachinePrediction.Backend, BackendGeometry?) {
    guard let id = option.backend, let backend = backend(at: id) else { throw complain(.noMemoryDevice) }
    guard option.kind == .nvdimm else { return (backend, nil) }
    let geometry: BackendGeometry
    do throws(StartRefusal) {
      var request = BackendRequest(
        id: id, path: "", size: backend.option.backend.size ?? 0, labelSize: option.labelSize)
      request.alignment = alignment(of: backend)
      geometry = try rules.geometry(of: request)
    } catch {
      prediction.blamed = id
      throw complain(.start(error))
    }
    let isReadOnly = backend.option.backend.isReadOnly && backend.option.rom != "off"
    guard option.isUnarmed || !isReadOnly else { throw complain(.mustBeUnarmed(id, release)) }
    return (backend, geometry)
  }

  /// Returns the alignment A of `backend` in bytes.
  private func alignment(of backend: MachinePrediction.Backend) -> UInt64 {
    alignment(of: backend.option, in: backend.fileSystem)
  }

  /// Returns the alignment A of a backend that lies in `fileSystem`, in bytes.
  package func alignment(of option: BackendOption, in fileSystem: HostFileSystem) -> UInt64 {
    switch option.backend.storage {
    case .file: option.backend.alignment ?? rules.defaultAlignment(in: fileSystem)
    // Anonymous memory is aligned for huge pages.
    case .ram: option.memoryFile != nil ? rules.pageSize : 2 << 20
    }
  }

  private mutating func warn(_ alignment: UInt64, _ placement: MemoryDevicePlacement) throws(QEMUStop) {
    guard placement.window.length > 0 else { throw complain(.noDeviceMemoryEnabled) }
    prediction.warnings += rules.alignmentWarning(alignment, in: placement.window).map { [$0] } ?? []
  }

  private func placing<Place>(_ place: () throws(MemoryDeviceError) -> Place) throws(QEMUStop) -> Place {
    do throws(MemoryDeviceError) { return try place() } catch {
      // Releases before 3.0 do not distinguish "no slots" from "no free slot".
      throw complain(.start(.memory(error.told(by: release))))
    }
  }

  /// Checks that no file is shared by two NVDIMMs, unless neither of them writes to it.
  private func checkSharing(_ backend: MachinePrediction.Backend) throws(QEMUStop) {
    for device in prediction.devices where device.backend != backend.option.backend.id {
      guard let other = self.backend(at: device.backend), let identity = other.identity, identity == backend.identity,
        case .file(let path) = backend.option.backend.storage, backend.isWritten || other.isWritten
      else { continue }
      throw complain(.strict(.fileInUse(path: path)))
    }
  }

  /// Makes the device's own checks, which come last in newer releases.
  private mutating func realize(_ option: MemoryDevice) throws(QEMUStop) {
    guard let id = option.backend, backend(at: id) != nil else { throw complain(.notSet(property: "memdev")) }
    if release.has(.busyBeforeNode) { try checkIsFree(id) }
    if option.kind != .persistentMemory, option.node > 0, Int(option.node) >= max(nodes.count, 1) {
      throw complain(.nodeTooLarge(option.node, nodes: max(nodes.count, 1)))
    }
    try checkIsFree(id)
    if release.has(.addressBeforeSlot) { _ = try layOut(option) }
  }

  private func checkIsFree(_ id: String) throws(QEMUStop) {
    guard !prediction.usedBackends.contains(id) else { throw complain(.busyMemoryDevice(id)) }
  }
}
