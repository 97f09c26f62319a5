import Basics
package import PersistentMemory

/// A memory device as `-device` or `device_add` describes it.
package struct MemoryDevice: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case nvdimm
    case dimm = "pc-dimm"
    case persistentMemory = "virtio-pmem-pci"

    /// The types of the objects that make up a device, in the order in which they are created, each with its names in
    /// `-global`.
    var drivers: [(type: String, names: Set<String>)] {
      switch self {
      case .nvdimm: [("nvdimm", ["nvdimm", "pc-dimm"])]
      case .dimm: [("pc-dimm", ["pc-dimm"])]
      case .persistentMemory: [("virtio-pmem", ["virtio-pmem"]), (rawValue, [rawValue])]
      }
    }

    /// Whether the guest makes a disk, rather than memory, of the device.
    package var isPersistent: Bool {
      switch self {
      case .nvdimm, .persistentMemory: true
      case .dimm: false
      }
    }

    /// The name of the type in `query-memory-devices`.
    package var typeInQuery: String {
      switch self {
      case .nvdimm: "nvdimm"
      case .dimm: "dimm"
      case .persistentMemory: "virtio-pmem"
      }
    }
  }

  package let kind: Kind
  package var id: String?
  /// `bus=`; `nil` for the board's own bus.
  package var bus: String?
  /// The address on the bus; `nil` if QEMU chooses one.
  var pciAddress: PCIAddress?
  /// `memdev=`: an id, or a path in QEMU's object tree.
  package var backend: String?
  package var labelSize: UInt64?
  package var isUnarmed = false
  package var uuid: String?
  package var node: UInt32 = 0
  /// The slot; -1 means the lowest free one.
  package var slot: Int32 = -1
  /// The address; 0 means the lowest that has room.
  package var address: UInt64 = 0
  /// Whether the guest gets flush hint addresses, in our own dialect; `nil` for the machine's default.
  package var hasFlushHint: Bool?
  /// The reaction to guest writes that cannot be made durable, in our own dialect.
  package var writeErrorPolicy = WriteErrorPolicy.stop
  /// DPA ranges that cannot be read, in our own dialect.
  package var errors: [Range<UInt64>] = []
  /// The health that the device reports, as words for `DIMMHealth.set`, in our own dialect.
  package var health: [String] = []
  /// What its lock is at each start, in our own dialect; nil: locked where there is a passphrase.
  package var security: DIMMSecurity.State?

  package init(_ kind: Kind, id: String?) {
    self.kind = kind
    self.id = id
  }
}

extension MemoryDevice {
  /// Sets the property `key` as QEMU sets it; `owner` is the type that complaints name, if it is not the kind's.
  mutating func set(
    _ key: String, _ reader: inout QEMUValueReader, _ release: QEMURelease, _ dialect: Dialect = .qemu,
    owner: String? = nil
  ) throws(QEMUComplaint) {
    let owner = owner ?? kind.rawValue
    switch (key, kind) {
    case ("memdev", _): backend = try reader.text(key)
    case ("addr", .nvdimm), ("addr", .dimm), ("memaddr", .persistentMemory): address = try reader.unsigned(key) ?? 0
    case ("addr", .persistentMemory):
      // In JSON it may be a number.
      guard let text = reader.dictionary[key]?.text else { return }
      guard let address = PCIAddress(parsing: text) else { throw .propertyTakesNot(owner: owner, key, value: text) }
      pciAddress = address
    case ("node", .nvdimm), ("node", .dimm): node = try reader.unsigned(key, as: UInt32.self) ?? 0
    case ("slot", .nvdimm), ("slot", .dimm): slot = try reader.signed32(key) ?? -1
    case ("label-size", .nvdimm) where release >= QEMURelease(2, 7):
      labelSize = try reader.size(key)
      if let labelSize, labelSize < BackendGeometry.smallestLabelSize { throw .start(.labelTooSmall(labelSize)) }
    case ("unarmed", .nvdimm) where release >= QEMURelease(2, 12): isUnarmed = try reader.boolean(key) ?? false
    case ("uuid", .nvdimm) where release >= QEMURelease(5, 0):
      guard let text = try reader.text(key), text.isQEMUUniqueID else { throw .invalidValue(property: "nvdimm.uuid") }
      uuid = text
    case ("flush-hint", .nvdimm) where dialect == .emulate: hasFlushHint = try reader.boolean(key)
    case ("werror", .nvdimm) where dialect == .emulate:
      let policies = WriteErrorPolicy.allCases.map(\.rawValue)
      guard let text = try reader.text(key), let policy = WriteErrorPolicy(rawValue: text) else {
        throw .strict(.notOneOf(parameter: key, value: reader.dictionary[key]?.text ?? "", expected: policies))
      }
      writeErrorPolicy = policy
    case ("errors", .nvdimm) where dialect == .emulate:
      errors = try (reader.text(key) ?? "").split(separator: ":").map { text throws(QEMUComplaint) in
        guard let range = Self.range(text) else { throw .strict(.notARange(String(text))) }
        return range
      }
    case ("health", .nvdimm) where dialect == .emulate:
      let words = (try reader.text(key) ?? "").split(separator: ":")
      var probe = DIMMHealth()
      do throws(DIMMHealth.SettingError) { try probe.set(words) } catch { throw .strict(.health(error)) }
      health = words.map(String.init)
    case ("security", .nvdimm) where dialect == .emulate:
      guard let text = try reader.text(key), let state = DIMMSecurity.State(rawValue: text) else {
        throw .strict(
          .notOneOf(
            parameter: key, value: reader.dictionary[key]?.text ?? "",
            expected: DIMMSecurity.State.allCases.map(\.rawValue)))
      }
      security = state
    case ("size", .nvdimm), ("size", .dimm), ("hotplugged", _), ("hotpluggable", _):
      throw release.has(.permissionInsufficient) ? .permissionDenied : .propertyNotWritable(owner: owner, key)
    default:
      guard kind != .persistentMemory || !Self.isTransportProperty(key) else { return }
      // Since 5.2 the message names the type.
      throw .propertyNotFound(owner: release.has(.propertiesWithoutType) ? "" : owner, key)
    }
  }
}

extension MemoryDevice {
  /// Reads `OFFSET+LENGTH`; `nil` if `text` is not a range, or the range exceeds the address space.
  private static func range(_ text: Substring) -> Range<UInt64>? {
    let numbers = text.split(separator: "+", omittingEmptySubsequences: false).map { QEMUSize.bytes(String($0)) }
    guard numbers.count == 2, let offset = numbers[0], let length = numbers[1], length > 0 else { return nil }
    let (end, overflow) = offset.addingReportingOverflow(length)
    return overflow ? nil : offset..<end
  }

  /// Returns whether `key` is a property of virtio-pmem-pci that concerns its bus alone.
  private static func isTransportProperty(_ key: String) -> Bool {
    transportProperties.contains(key) || key.hasPrefix("x-")
  }

  private static let transportProperties = Set(
    """
    acpi-index aer any_layout ats disable-legacy disable-modern event_idx failover_pair_id guest_announce
    in_order indirect_desc iommu_platform migrate-extra modern-pio-notify multifunction notify_on_empty packed
    page-per-vq queue_reset rombar romfile romsize use-disabled-flag use-started vectors
    virtio-pci-bus-master-bug-migration
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}

extension DIMMCondition {
  /// Applies the options of `device`; returns `false` if there is no room for all errors.
  package mutating func apply(_ device: MemoryDevice) -> Bool {
    // The words were checked when they were read.
    try? health.set(device.health.map { $0[...] })
    if let state = device.security { security.start(in: state) }
    return device.errors.allSatisfy { errors.insert($0) }
  }
}

extension String {
  /// Whether the text consists of 32 hexadecimal digits in groups. Source: QEMU `util/uuid.c`, `qemu_uuid_is_valid`.
  fileprivate var isQEMUUniqueID: Bool {
    let bytes = Array(utf8)
    return bytes.count == 36
      && bytes.indices.allSatisfy { index in
        [8, 13, 18, 23].contains(index)
          ? bytes[index] == UInt8(ascii: "-") : Character(UnicodeScalar(bytes[index])).isHexDigit
      }
  }
}
