/// A namespace of the host's own persistent memory.
///
/// Source: Linux `Documentation/driver-api/nvdimm/nvdimm.rst`, read by libndctl.
package struct PersistentMemoryNamespace: Hashable, Sendable {
  package enum Mode: String, Hashable, Sendable {
    case raw, sector, fsdax, devdax
  }

  /// Its name, such as `namespace0.0`.
  package let name: String
  /// The name that its owner gave it; empty if there is none.
  package let label: String
  /// The mode; `nil` if the suite does not know it.
  package let mode: Mode?
  /// The usable size in its mode, in bytes.
  package let size: UInt64
  /// The alignment of its mappings, in bytes; `nil` if it cannot be mapped.
  package let alignment: UInt64?
  /// Its block device, such as `pmem0`; `nil` in devdax mode.
  package let blockDevice: String?
  /// The NUMA node of its region; `nil` if the firmware names none.
  package let node: Int?
  /// Whether a driver is bound to the namespace.
  package let isActive: Bool

  init(
    name: String, label: String, mode: Mode?, size: UInt64, alignment: UInt64?, blockDevice: String?, node: Int?,
    isActive: Bool
  ) {
    self.name = name
    self.label = label
    self.mode = mode
    self.size = size
    self.alignment = alignment
    self.blockDevice = blockDevice
    self.node = node
    self.isActive = isActive
  }

  /// Returns all namespaces of this host except empty ones.
  package static func all() throws(HostDAXError) -> [PersistentMemoryNamespace] {
    try NDCTLLibrary().namespaces()
  }
}
