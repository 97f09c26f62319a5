package import QEMU
import Storage
import SystemPackage

/// The memory backends and NVDIMMs of a machine, and the rules by which more are added while it runs.
///
/// Slots, addresses and the order of checks are QEMU's. It belongs to the thread of the emulation's loop.
package final class MemoryDeviceInventory {
  /// An NVDIMM that is plugged.
  package struct Entry: Equatable, Sendable {
    package let device: NVDIMMDevice
    package let placement: MemoryDevicePlacement.Placement
    package let isHotplugged: Bool

    package init(device: NVDIMMDevice, placement: MemoryDevicePlacement.Placement, isHotplugged: Bool) {
      self.device = device
      self.placement = placement
      self.isHotplugged = isHotplugged
    }
  }

  /// In the order in which they were added.
  package private(set) var backends: [MemoryBackend]
  /// In the order in which they were plugged.
  package private(set) var entries: [Entry]
  /// Bytes of RAM.
  package let baseMemory: UInt64
  private let hasNVDIMM: Bool
  private let nodes: Int
  /// Backends that are RAM.
  private let ram: Set<String>
  private var placement: MemoryDevicePlacement
  private var files: BackendFiles

  package enum Refusal: Error {
    case duplicateObject(String)
    case noSuchObject(String)
    case objectInUse(String)
    case duplicateDevice(String)
    case noSuchDevice(String)
    /// An NVDIMM stays where it is.
    case notRemovable(String)
    case busyMemoryDevice(String)
    case assembly(MachineAssembly.Failure)
    case machine(Machine.Failure)
  }

  package init(_ assembly: MachineAssembly) {
    let configuration = assembly.configuration
    backends = configuration.backends
    entries = assembly.devices.map { Entry(device: $0.device, placement: $0.placement, isHotplugged: false) }
    baseMemory = configuration.memory.size
    hasNVDIMM = configuration.hasNVDIMM
    nodes = configuration.nodeCount
    ram = Set(configuration.nodes.compactMap(\.backend))
    placement = assembly.placement
    files = assembly.files
  }

  /// Adds `backend`; a file that is missing is made.
  package func add(_ backend: MemoryBackend) throws(Refusal) {
    guard !backends.contains(where: { $0.id == backend.id }) else { throw .duplicateObject(backend.id) }
    do throws(MachineAssembly.Failure) {
      do throws(AssemblyError) { try backend.checkAlignmentOfMapping() } catch { throw .assembly(error) }
      do throws(MachineAssembly.Failure) {
        if try backend.examine().isNew { _ = try backend.create() }
      } catch .backend(let error) where error.isRefusedAccess && !hasFreeSlot {
        // The sandbox of a machine that is full gives no more files: this one is noted, and no NVDIMM will have it.
        try backend.examineUnopened(after: error)
      }
    } catch { throw .assembly(backend.naming(error)) }
    backends.append(backend)
  }

  /// Forgets the backend called `id`, whose file stays, where no device needs it.
  package func removeBackend(_ id: String) throws(Refusal) {
    guard let index = backends.firstIndex(where: { $0.id == id }) else { throw .noSuchObject(id) }
    guard !isBusy(id) else { throw .objectInUse(id) }
    backends.remove(at: index)
  }

  /// Plugs `device` into `machine`. Nothing is changed where that fails.
  package func plug(_ device: NVDIMMDevice, into machine: Machine?) throws(Refusal) {
    if let id = device.id, entries.contains(where: { $0.device.id == id }) { throw .duplicateDevice(id) }
    guard let backend = backends.first(where: { $0.id == device.memoryDevice }) else {
      throw .noSuchDevice(device.memoryDevice)
    }
    guard hasNVDIMM else { throw .assembly(.assembly(AssemblyError(device, .hasNoNVDIMM))) }
    var placement = placement
    var files = files
    // What is wrong with the file is told when it is mapped, after what is wrong with the place.
    let durability = (try? backend.examine())?.durability ?? Durability.none
    let placed: MachineAssembly.PlacedDevice
    do throws(AssemblyError) {
      placed = try MachineAssembly.place(device, backend, isNew: false, durability, nodes: nodes, &placement)
    } catch { throw .assembly(.assembly(error)) }
    guard !isBusy(backend.id) else { throw .busyMemoryDevice(backend.id) }
    let dimm: DIMM
    do throws(MachineAssembly.Failure) {
      do throws(AssemblyError) { try files.add(backend) } catch { throw .assembly(error) }
      dimm = try placed.map()
    } catch { throw .assembly(error) }
    do { try machine?.plug(dimm) } catch { throw .machine(error) }
    self.placement = placement
    self.files = files
    entries.append(Entry(device: device, placement: placed.placement, isHotplugged: true))
  }

  /// Always refuses, as QEMU does.
  package func unplug(_ id: String) throws(Refusal) {
    throw entries.contains { $0.device.id == id } ? .notRemovable(id) : .noSuchDevice(id)
  }

  private var hasFreeSlot: Bool { (try? placement.freeSlot()) != nil }

  private func isBusy(_ id: String) -> Bool {
    ram.contains(id) || entries.contains { $0.device.memoryDevice == id }
  }
}

extension MemoryBackend {
  /// `failure` about the file itself where it is about the folder that is to hold it, as QEMU tells of it.
  fileprivate func naming(_ failure: MachineAssembly.Failure) -> MachineAssembly.Failure {
    guard case .backend(let error) = failure, error.reason == .noFolder, case .file(let path) = storage else {
      return failure
    }
    return .backend(BackendError(FilePath(path), .missing))
  }
}
