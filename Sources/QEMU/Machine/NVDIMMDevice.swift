package import FoundationEssentials
import PersistentMemory

/// A virtual NVDIMM: `-device nvdimm`.
package struct NVDIMMDevice: Equatable, Sendable {
  package var id: String?
  /// The id of the backend that stores it.
  package var memoryDevice: String
  /// Bytes of the label area (L) at the end of the mapped backend; nil: the device has no labels.
  package var labelSize: UInt64?
  /// The guest is told that what it writes may not survive.
  package var isUnarmed = false
  package var uuid: UUID?
  /// The guest's NUMA node.
  package var node: UInt32 = 0
  /// Nil: the lowest free slot.
  package var slot: Int?
  /// Guest physical address; nil: the lowest that has room.
  package var address: UInt64?
  /// Whether the guest gets flush hint addresses; an option of ours. Nil: as the machine does by default.
  package var hasFlushHint: Bool?
  /// What is done when the guest's writes cannot be made durable; an option of ours.
  package var writeErrorPolicy: WriteErrorPolicy?

  package init(id: String? = nil, memoryDevice: String, labelSize: UInt64? = nil) {
    self.id = id
    self.memoryDevice = memoryDevice
    self.labelSize = labelSize
  }
}

extension NVDIMMDevice {
  /// Reads the rest of a `-device` whose `driver` is `nvdimm`.
  init(_ reader: inout PropertyReader) throws(ConfigurationError) {
    let id = try reader.identifier("id")
    self.init(id: id, memoryDevice: "")
    try readLabelsAndPlace(&reader)
    node = try reader.integer("node") ?? 0
    address = try reader.integer("addr").flatMap { $0 == 0 ? nil : $0 }
    guard let memoryDevice = try reader.text("memdev") else { throw reader.failure(.missingMemoryDevice) }
    self.memoryDevice = memoryDevice
  }

  /// Reads what `-device nvdimm` and `--nvdimm` have in common.
  mutating func readLabelsAndPlace(_ reader: inout PropertyReader) throws(ConfigurationError) {
    labelSize = try reader.size("label-size")
    if let labelSize, labelSize < BackendGeometry.smallestLabelSize { throw reader.failure(.labelTooSmall(labelSize)) }
    isUnarmed = try reader.flag("unarmed") ?? false
    if let text = try reader.text("uuid") {
      guard let uuid = UUID(uuidString: text) else { throw reader.failure(.invalidUUID) }
      self.uuid = uuid
    }
    // QEMU's default, -1, leaves the choice to the machine.
    slot = try reader.integer("slot").flatMap { $0 == -1 ? nil : $0 }
    hasFlushHint = try reader.flag("flush-hint")
    writeErrorPolicy = try reader.choice("werror", of: WriteErrorPolicy.self)
  }
}
