/// A namespace of the host's own persistent memory.
///
/// Source: Linux `Documentation/driver-api/nvdimm/nvdimm.rst`, read by libndctl.
package struct PersistentMemoryNamespace: Hashable, Sendable {
  package enum Mode: String, Hashable, Sendable {
    case raw, sector, fsdax, devdax
  }

  /// Its name, such as `namespace0.0`.
  package let name: String
  /// The text that its owner gave it; empty where none.
  package let label: String
  /// nil for a mode that the suite does not know.
  package let mode: Mode?
  /// What its mode leaves of it, in bytes.
  package let size: UInt64
  /// What mappings of it are multiples of, in bytes; nil where nothing of it can be mapped.
  package let alignment: UInt64?
  /// Its block device, such as `pmem0`; nil in devdax mode.
  package let blockDevice: String?
  /// NUMA node of its region; nil where the firmware names none.
  package let node: Int?
  /// A driver holds the namespace.
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

  /// All namespaces of this host that hold anything.
  package static func all() throws(HostDAXError) -> [PersistentMemoryNamespace] {
    try NDCTLLibrary().namespaces()
  }
}
