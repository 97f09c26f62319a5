package import PersistentMemory

/// What one release of QEMU does with one command line.
package struct MachinePrediction: Sendable {
  /// A backend as far as QEMU came with it.
  package struct Backend: Sendable {
    package let option: BackendOption
    package let location: QEMULocation
    package let request: BackendRequest?
    /// What the path led to, files that QEMU itself had made before included; nil for anonymous memory.
    package let state: BackendState?
    package var fileSystem = HostFileSystem.common
    /// What became of it, which stays also where QEMU refuses later.
    package var change = BackendPrediction.Change.none
    package var isHotplugged = false
    /// It is gone, and only what it did to its file is left.
    package var isDeleted = false
    /// Which file it is; nil for anonymous memory, and for a path that keeps nothing.
    package var identity: String?

    /// Whether the guest's writes reach the file.
    package var isWritten: Bool { option.backend.isShared && !option.backend.isReadOnly }
  }

  /// A memory device in its place.
  package struct Device: Sendable {
    package let option: MemoryDevice
    /// The id of its backend.
    package let backend: String
    package let placement: MemoryDevicePlacement.Placement
    package let geometry: BackendGeometry?
    package let alignment: UInt64
    package let isHotplugged: Bool
    /// That of the option that describes it.
    package var location = QEMULocation.nowhere
  }

  package init() {}

  /// Nil where the guest runs.
  package var stop: QEMUStop?
  /// The id of the backend that is to blame for the refusal, where one is.
  package var blamed: String?
  /// Lines that QEMU prints and goes on.
  package var warnings: [String] = []
  /// The ids of backends that a device, a node or the machine has.
  package var usedBackends: Set<String> = []
  /// All that QEMU came to make, in order.
  package var backends: [Backend] = []
  /// In the order of plugging.
  package var devices: [Device] = []
  /// Bytes of RAM, and the address behind the last of them; 0 where QEMU does not come as far.
  package var ram: UInt64 = 0
  package var ramEnd: UInt64 = 0
  /// Slots and bytes that are left for more devices.
  package var freeSlots: UInt64 = 0
  package var freeMemory: UInt64 = 0
  /// What `nvdimm-persistence=` says.
  package var persistence: PersistenceDomain?
  /// The nodes that have memory, by number.
  package var populatedNodes: Set<UInt32> = [0]
  /// What the monitor answers to each command: nil where it does it.
  package var answers: [QEMUComplaint?] = []

  /// QEMU's line without the name of its program; nil where it starts, or says nothing.
  package var message: String? {
    guard case .complaint(let complaint, let location)? = stop else { return nil }
    return location.prefix + complaint.description
  }

  /// Whether a device, a node or the machine has the backend `id`, or might have it where QEMU does not come as far.
  package func isUsed(_ id: String) -> Bool { stop != nil || usedBackends.contains(id) }

  /// As `query-memory-devices` lists them.
  package var devicesByAddress: [Device] { devices.sorted { $0.placement.address < $1.placement.address } }
}
