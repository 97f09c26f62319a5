package import Firmware
import PersistentMemory
import QEMU
import Storage
import SystemPackage

extension MachineAssembly {
  /// Returns the guest's firmware tables without making a machine: no backend is made or mapped.
  package func tables() throws(Failure) -> ACPITables {
    let machine = ACPIMachine(
      processorNodes: nodes.processors, ram: ramRanges, dimms: devices.map(\.description), slots: slots,
      deviceMemory: deviceMemory,
      persistence: persistence, serialPorts: serialPorts)
    do { return try ACPITables(machine: machine) } catch { throw .hardware(.tables(error)) }
  }

  /// Makes the missing files, maps every backend and gives the machine its memory.
  package func makeHardware(_ newBackends: NewBackends) throws(Failure) -> GuestHardware {
    var dimms: [DIMM] = []
    for device in devices {
      do { if device.isNew, let path = try device.backend.create() { newBackends.add(path) } } catch {
        throw .backend(error)
      }
      dimms.append(try device.map())
    }
    do {
      return try GuestHardware(
        memory: startup.ram, lowLimit: lowLimit, nodes: nodes, dimms: dimms, slots: slots, deviceMemory: deviceMemory,
        persistence: persistence, serialPorts: serialPorts, processorModel: processorModel ?? ProcessorModel())
    } catch { throw .hardware(error) }
  }

  /// Nil where another processor than the host's is asked for.
  package var processorModel: ProcessorModel? { ProcessorModel(configuration.command.processorModel ?? "host") }

  /// COM1, and the ports of a script.
  private var serialPorts: Int { configuration.script == nil ? 1 : GuestPlatform.serialPorts.count }

  private var slots: Int { startup.hasNVDIMM ? Int(startup.slots ?? 0) : 0 }

  private var deviceMemory: MemoryRange? {
    guard slots > 0, let window = startup.placement?.window else { return nil }
    // As under QEMU, Linux assigns hotplugged memory to the last node unless told otherwise.
    return MemoryRange(base: window.base, length: window.length, node: UInt32(startup.nodeMemory.count - 1))
  }

  private var nodes: NUMALayout {
    NUMALayout(processors: startup.nodesOfProcessors, memory: startup.nodeMemory)
  }

  private var persistence: PersistenceDomain? { startup.prediction.persistence }

  /// RAM below 4 GiB, as QEMU's machines divide it: this determines the place of memory devices.
  private var lowLimit: UInt64 { startup.lowRAM }

  private var ramRanges: [MemoryRange] {
    nodes.parts(of: GuestRAM.ranges(size: startup.ram, lowLimit: lowLimit))
  }
}

extension MachineAssembly.PlacedDevice {
  private var placement: MemoryDevicePlacement.Placement { device.placement }

  fileprivate var description: NVDIMMDescription {
    NVDIMMDescription(
      slot: placement.slot, base: placement.address, length: placement.size, node: device.option.node,
      isUnarmed: device.option.isUnarmed, flushHint: hasFlushHint ? GuestPlatform.flushHint(slot: placement.slot) : nil)
  }

  /// Maps the backend at an address that lets the host use huge pages where the guest does.
  func map() throws(MachineAssembly.Failure) -> DIMM {
    let mapping: MemoryMapping
    var durability = Durability.none
    var held: HeldBackend?
    var condition = HeldCondition(Self.condition(of: device.option))
    guard let geometry = device.geometry else { throw .stop(.complaint(.noMemoryDevice, at: device.location)) }
    // The largest huge page of the host that the region could hold.
    let alignment = geometry.mappedSize >= 1 << 30 ? 1 << 30 : 2 << 20
    // The host uses a huge page for guest memory only if guest and host addresses have the same offset within such a
    // page.
    let phase = Int(placement.address % UInt64(alignment))
    let option = backend.option.backend
    switch option.storage {
    case .ram:
      mapping = try mapped(geometry.mappedSize) { (size) throws(Errno) in
        try MemoryMapping(zeroes: size, alignment: alignment, phase: phase)
      }
      mapping.adviseHugePages()
    case .file:
      // Check again: the file may have changed since the machine was assembled.
      let file = try backend.opened()
      if excludesWriters { try Self.lock(file) }
      if option.isPreallocated, option.isShared { try Self.allocate(file) }
      durability = backend.durability(on: file, losesUnflushed: self.durability == .onFlush)
      let sharing: MemoryMapping.Sharing =
        !option.isShared || durability == .onFlush
        ? .isolated : durability == .direct && file.kind == .regularFile ? .synchronous : .shared
      let descriptor = file.descriptor
      mapping = try mapped(geometry.mappedSize) { (size) throws(Errno) in
        try MemoryMapping(
          file: descriptor, size: size, sharing: sharing, writable: !option.isReadOnly, alignment: alignment,
          phase: phase)
      }
      condition = try keptCondition(beside: file)
      // For files in the host's memory; others ignore it.
      mapping.adviseHugePages()
      held = HeldBackend(file)
    }
    return DIMM(
      slot: placement.slot, address: placement.address, geometry: geometry, mapping: mapping,
      node: device.option.node, isUnarmed: device.option.isUnarmed, isReadOnly: option.isReadOnly,
      durability: durability, hasFlushHint: hasFlushHint && durability != .none,
      writeErrorPolicy: device.option.writeErrorPolicy, file: held, condition: condition)
  }

  /// Returns the condition of the DIMM: the one kept beside `file`, changed by the options. It is kept there again only
  /// if the guest's writes reach the backend.
  private func keptCondition(beside file: borrowing Backend) throws(MachineAssembly.Failure) -> HeldCondition {
    do throws(BackendError) {
      guard backend.isWritten else {
        return HeldCondition(Self.condition(of: device.option, kept: try ConditionFile.record(beside: file)))
      }
      guard let store = try ConditionFile.open(beside: file) else {
        return HeldCondition(Self.condition(of: device.option))
      }
      return try HeldCondition(Self.condition(of: device.option, kept: store.stored), in: store)
    } catch { throw .backend(error) }
  }

  private static func condition(of device: MemoryDevice, kept record: ConditionRecord? = nil) -> DIMMCondition {
    var condition = record?.afterPowerOn ?? DIMMCondition()
    // That they fit was checked when the device was placed.
    _ = condition.apply(device)
    return condition
  }

  private static func lock(_ file: borrowing Backend) throws(MachineAssembly.Failure) {
    do { try file.lockForWriting() } catch { throw .backend(error) }
  }

  private static func allocate(_ file: borrowing Backend) throws(MachineAssembly.Failure) {
    do { try file.allocate() } catch { throw .backend(error) }
  }

  private func mapped(
    _ size: UInt64, _ map: (Int) throws(Errno) -> MemoryMapping
  ) throws(MachineAssembly.Failure) -> MemoryMapping {
    do throws(Errno) {
      guard let size = Int(exactly: size) else { throw .noMemory }
      let mapping = try map(size)
      // Memory that is not a shared file is populated now.
      let option = backend.option.backend
      if option.isPreallocated, option.storage == .ram || !option.isShared { try mapping.populate() }
      return mapping
    } catch { throw backend.failure(mapping: error) }
  }
}
