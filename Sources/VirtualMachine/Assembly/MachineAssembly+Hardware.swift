package import Firmware
import PersistentMemory
import QEMU
import Storage
import SystemPackage

extension MachineAssembly {
  /// The guest's firmware tables, without a machine: backends are neither made nor mapped.
  package func tables() throws(Failure) -> ACPITables {
    let machine = ACPIMachine(
      processorNodes: nodes.processors, ram: ramRanges, dimms: devices.map(\.description), slots: slots,
      deviceMemory: deviceMemory,
      persistence: persistence, hasSecondSerialPort: reportsStatus)
    do { return try ACPITables(machine: machine) } catch {
      throw .assembly(AssemblyError("-dump-acpi", .hardware(.tables(error))))
    }
  }

  /// Makes the files that are missing, maps every backend and gives the machine its memory.
  package func makeHardware(_ newBackends: NewBackends) throws(Failure) -> GuestHardware {
    var dimms: [DIMM] = []
    for device in devices {
      if device.isNew, let path = try device.backend.create() { newBackends.add(path) }
      dimms.append(try device.map())
    }
    do {
      return try GuestHardware(
        memory: configuration.memory.size, lowLimit: lowLimit, nodes: nodes, dimms: dimms,
        slots: slots, deviceMemory: deviceMemory, persistence: persistence, hasSecondSerialPort: reportsStatus)
    } catch { throw .assembly(AssemblyError("-m", .hardware(error))) }
  }

  /// With a script the guest reports how it ended.
  package var reportsStatus: Bool { configuration.script != nil }

  private var slots: Int { configuration.hasNVDIMM ? Int(configuration.memory.slots) : 0 }

  private var deviceMemory: MemoryRange? {
    guard slots > 0 else { return nil }
    // What is plugged without a word of where, Linux takes for the last node's, as under QEMU.
    return MemoryRange(base: window.base, length: window.length, node: UInt32(configuration.nodeCount - 1))
  }

  private var nodes: NUMALayout {
    NUMALayout(processors: configuration.processorNodes, memory: configuration.nodeMemory)
  }

  private var persistence: PersistenceDomain? { configuration.persistence }

  /// RAM below 4 GiB, as QEMU's machines divide it: the place of memory devices follows from it.
  private var lowLimit: UInt64 { configuration.windowMachine.lowRAM(of: configuration.memory.size) }

  private var ramRanges: [MemoryRange] {
    nodes.parts(of: GuestRAM.ranges(size: configuration.memory.size, lowLimit: lowLimit))
  }
}

extension MachineAssembly.PlacedDevice {
  fileprivate var description: NVDIMMDescription {
    NVDIMMDescription(
      slot: placement.slot, base: placement.address, length: placement.size, node: device.node,
      isUnarmed: device.isUnarmed, flushHint: hasFlushHint ? GuestPlatform.flushHint(slot: placement.slot) : nil)
  }

  /// Maps the backend, at an address that lets the host use huge pages where the guest does.
  func map() throws(MachineAssembly.Failure) -> DIMM {
    let mapping: MemoryMapping
    var durability = Durability.none
    var held: HeldBackend?
    switch backend.storage {
    case .ram:
      mapping = try mapped { (size) throws(Errno) in
        try MemoryMapping(zeroes: size, alignment: alignment, phase: phase)
      }
      mapping.adviseHugePages()
    case .file(let path):
      // Looking again: the file may have changed since the machine was put together.
      let file = try backend.opened(FilePath(path))
      if backend.isPreallocated, backend.isShared { try Self.allocate(file) }
      durability = backend.durability(on: file)
      let sharing: MemoryMapping.Sharing =
        !backend.isShared ? .isolated : durability == .direct && file.kind == .regularFile ? .synchronous : .shared
      let descriptor = file.descriptor
      mapping = try mapped { (size) throws(Errno) in
        try MemoryMapping(
          file: descriptor, size: size, sharing: sharing, writable: !backend.isReadOnly, alignment: alignment,
          phase: phase)
      }
      // For files in the host's memory; others pass over it.
      mapping.adviseHugePages()
      held = HeldBackend(file)
    }
    return DIMM(
      slot: placement.slot, address: placement.address, geometry: geometry, mapping: mapping, node: device.node,
      isUnarmed: device.isUnarmed, isReadOnly: backend.isReadOnly, durability: durability,
      hasFlushHint: hasFlushHint && durability != .none, writeErrorPolicy: device.writeErrorPolicy ?? .stop, file: held)
  }

  /// The largest page of the host of which the region could hold one.
  private var alignment: Int { geometry.mappedSize >= 1 << 30 ? 1 << 30 : 2 << 20 }

  /// The host uses a huge page for guest memory where both sides have it at the same place of such a page.
  private var phase: Int { Int(placement.address % UInt64(alignment)) }

  private static func allocate(_ file: borrowing Backend) throws(MachineAssembly.Failure) {
    do { try file.allocate() } catch { throw .backend(error) }
  }

  private func mapped(
    _ map: (Int) throws(Errno) -> MemoryMapping
  ) throws(MachineAssembly.Failure) -> MemoryMapping {
    do throws(Errno) {
      guard let size = Int(exactly: geometry.mappedSize) else { throw .noMemory }
      let mapping = try map(size)
      // What does not go to a file takes its memory now.
      if backend.isPreallocated, backend.storage == .ram || !backend.isShared { try mapping.populate() }
      return mapping
    } catch {
      throw .assembly(AssemblyError("-object \(backend.properties)", .cannotMap("\(error)")))
    }
  }
}

extension MemoryBackend {
  /// Makes the file, sparse and in full before it gets its name; answers the name.
  func create() throws(MachineAssembly.Failure) -> FilePath? {
    guard case .file(let name) = storage else { return nil }
    let path = FilePath(name)
    do throws(BackendError) {
      try BackendCreation(path: path, size: size ?? 0, preallocation: isPreallocated ? .falloc : .off).prepare()
        .publish()
      return path
    } catch { throw .backend(error) }
  }
}
