package import PersistentMemory

/// What one release of QEMU does with one command line.
package struct MachinePrediction: Sendable {
  /// A backend, to the extent that QEMU has handled it.
  package struct Backend: Sendable {
    package let option: BackendOption
    package let location: QEMULocation
    package let request: BackendRequest?
    /// What the path led to, including files that QEMU itself had created; `nil` for anonymous memory.
    package let state: BackendState?
    package var fileSystem = HostFileSystem.common
    /// The change of the backend, which persists even if QEMU refuses later.
    package var change = BackendPrediction.Change.none
    package var isHotplugged = false
    /// The backend has been deleted; only the change of its file remains.
    package var isDeleted = false
    /// The identity of the file; `nil` for anonymous memory, and for a path that retains nothing.
    package var identity: String?

    /// Whether the guest's writes reach the file.
    package var isWritten: Bool { option.backend.isShared && !option.backend.isReadOnly }
  }

  /// A memory device with its placement.
  package struct Device: Sendable {
    package let option: MemoryDevice
    /// The id of its backend.
    package let backend: String
    package let placement: MemoryDevicePlacement.Placement
    package let geometry: BackendGeometry?
    package let alignment: UInt64
    package let isHotplugged: Bool
    /// The location of the option that describes the device.
    package var location = QEMULocation.nowhere
  }

  package init() {}

  /// The reason why QEMU stops; `nil` if the guest runs.
  package var stop: QEMUStop?
  /// The id of the backend that causes the refusal, if there is one.
  package var blamed: String?
  /// The warnings that QEMU prints.
  package var warnings: [String] = []
  /// The ids of the backends that a device, a node or the machine uses.
  package var usedBackends: Set<String> = []
  /// All the backends that QEMU has created, in order.
  package var backends: [Backend] = []
  /// The devices in the order of plugging.
  package var devices: [Device] = []
  /// The size of the RAM in bytes, and the address after its last byte; 0 if QEMU stops before it lays out the RAM.
  package var ram: UInt64 = 0
  package var ramEnd: UInt64 = 0
  /// The slots and bytes that remain for more devices.
  package var freeSlots: UInt64 = 0
  package var freeMemory: UInt64 = 0
  /// The value of `nvdimm-persistence=`.
  package var persistence: PersistenceDomain?
  /// The nodes that have memory, by number.
  package var populatedNodes: Set<UInt32> = [0]
  /// The monitor's answer to each command; `nil` if the command succeeds.
  package var answers: [QEMUComplaint?] = []

  /// QEMU's message without the name of the program; `nil` if QEMU starts, or prints nothing.
  package var message: String? {
    guard case .complaint(let complaint, let location)? = stop else { return nil }
    return location.prefix + complaint.description
  }

  /// Returns whether a device, a node or the machine uses the backend `id`, or might use it if QEMU stops early.
  package func isUsed(_ id: String) -> Bool { stop != nil || usedBackends.contains(id) }

  /// The devices in the order of `query-memory-devices`.
  package var devicesByAddress: [Device] { devices.sorted { $0.placement.address < $1.placement.address } }
}
