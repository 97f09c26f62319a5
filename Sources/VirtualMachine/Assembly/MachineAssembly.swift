package import Basics
import PersistentMemory
package import QEMU
package import Storage
import SystemPackage

/// A described machine with every device in its place, before anything is mapped or made.
///
/// Whatever is wrong with the description or with the files is found here, so that a refused machine leaves
/// nothing behind.
package struct MachineAssembly: Sendable {
  /// One NVDIMM in its place.
  struct PlacedDevice: Sendable {
    let device: NVDIMMDevice
    let backend: MemoryBackend
    let geometry: BackendGeometry
    let placement: MemoryDevicePlacement.Placement
    /// The file does not exist and is made, as QEMU does.
    let isNew: Bool
    let durability: Durability
    /// What tells that somebody made the file shorter.
    var shortening: Finding?

    /// By default the guest is given the means to make its writes durable wherever they would not be otherwise.
    var hasFlushHint: Bool { device.hasFlushHint ?? (durability == .pageCache) }
  }

  package let configuration: MachineConfiguration
  let devices: [PlacedDevice]
  /// With every device in it.
  let placement: MemoryDevicePlacement
  /// Of every device.
  let files: BackendFiles

  /// The most CPUs: their APIC ids fit one byte, and the tables know no others.
  package static let processorLimit = 64

  package enum Failure: Error {
    case assembly(AssemblyError)
    case backend(BackendError)
  }

  package init(_ configuration: MachineConfiguration) throws(Failure) {
    var settled: MachineConfiguration
    do throws(BackendError) {
      settled = try configuration.settled { (path) throws(BackendError) in
        let backend = try Backend(path: FilePath(path))
        guard backend.size >= MemoryBackend.pageSize else { throw BackendError(backend.path, .noPage(backend.size)) }
        return (backend.size, backend.alignment)
      }
    } catch { throw .backend(error) }
    settled.alignHugePages()
    guard settled.processors <= Self.processorLimit else {
      throw .assembly(
        AssemblyError(
          "-smp \(settled.processors)", .tooManyProcessors(settled.processors, limit: Self.processorLimit)))
    }
    var placement: MemoryDevicePlacement
    do {
      placement = try MemoryDevicePlacement(
        ram: settled.memory.size, slots: settled.memory.maximum == nil ? nil : settled.memory.slots,
        maximum: settled.memory.maximum,
        machine: settled.windowMachine)
    } catch { throw .assembly(AssemblyError("-m", .placement(error))) }

    var devices: [PlacedDevice] = []
    var files = BackendFiles()
    var shortenings = ShorteningSearch()
    for device in settled.devices {
      guard let backend = settled.backend(of: device) else { continue }
      guard settled.hasNVDIMM else { throw .assembly(AssemblyError(device, .hasNoNVDIMM)) }
      var shortening: Finding?
      let (isNew, durability) = try backend.examine { file in
        shortening = shortenings.finding(in: file, labelSize: device.labelSize ?? 0)
      }
      do throws(AssemblyError) {
        try files.add(backend)
        var placed = try Self.place(device, backend, isNew: isNew, durability, nodes: settled.nodeCount, &placement)
        placed.shortening = shortening
        devices.append(placed)
      } catch { throw .assembly(error) }
    }
    self.configuration = settled
    self.devices = devices
    self.placement = placement
    self.files = files
  }

  var window: MemoryWindow { placement.window }

  /// Whether the file at `path` is the backend of one of the NVDIMMs.
  package func isBackend(_ path: String) -> Bool { files.contain(path) }

  /// The paths of backends that somebody made shorter since they were made or sealed, and what tells so.
  package var shortenings: [(path: String, finding: Finding)] {
    devices.compactMap { device in
      guard case .file(let path) = device.backend.storage else { return nil }
      return device.shortening.map { (path, $0) }
    }
  }

  /// Finds a place for `device`, by the checks of QEMU in QEMU's order.
  static func place(
    _ device: NVDIMMDevice, _ backend: MemoryBackend, isNew: Bool, _ durability: Durability, nodes: Int,
    _ placement: inout MemoryDevicePlacement
  ) throws(AssemblyError) -> PlacedDevice {
    do { _ = try placement.freeSlot(device.slot) } catch { throw AssemblyError(device, .placement(error)) }
    let geometry = try backend.geometry(of: device)
    guard device.isUnarmed || !backend.isReadOnly else {
      throw AssemblyError(device, .readOnlyButArmed(memdev: backend.id))
    }
    guard !backend.isReadOnly || !backend.isPreallocated else {
      throw AssemblyError("-object \(backend.properties)", .readOnlyButPreallocated)
    }
    // QEMU warns and goes on: the guest would take for durable what is not.
    guard !backend.isPersistentMemory || durability == .direct else {
      throw AssemblyError("-object \(backend.properties)", .notPersistentMemory)
    }
    guard device.hasFlushHint != true || durability != .none else { throw AssemblyError(device, .nothingToFlush) }
    let place: MemoryDevicePlacement.Placement
    do {
      place = try placement.plug(
        id: device.id, size: geometry.regionSize, alignment: geometry.alignment, slot: device.slot,
        address: device.address)
    } catch { throw AssemblyError(device, .placement(error)) }
    guard device.node < UInt32(nodes) else { throw AssemblyError(device, .noSuchNode(device.node, count: nodes)) }
    return PlacedDevice(
      device: device, backend: backend, geometry: geometry, placement: place, isNew: isNew, durability: durability)
  }
}

extension MachineConfiguration {
  /// The machine whose division of the address space is that of this one.
  var windowMachine: MemoryWindow.Machine { machine == .q35 ? .q35 : .pc }

  /// Gives backends on hugetlbfs that name no alignment that of their pages, as QEMU does.
  fileprivate mutating func alignHugePages() {
    for index in backends.indices where backends[index].alignment == nil {
      guard case .file(let path) = backends[index].storage, let file = try? Backend(path: FilePath(path)),
        file.kind == .regularFile, file.alignment > MemoryBackend.pageSize
      else { continue }
      backends[index].alignment = file.alignment
    }
  }
}
