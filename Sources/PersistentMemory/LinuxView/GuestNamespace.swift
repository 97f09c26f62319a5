package import Basics
public import FoundationEssentials

/// A namespace of a region as a Linux guest shows it, but for its number.
public struct GuestNamespace: Sendable {
  /// What its labels describe; nil in a region without labels.
  public let label: LabelledNamespace?
  /// The bytes that it takes; nil for an empty namespace.
  public let extent: NamespaceExtent?
  /// The result of Linux' probe; nil for an empty namespace, which has no size yet.
  public let probe: NamespaceProbe?

  /// The uuids of its label and of its info block, as far as it has them.
  package var uuids: [UUID] {
    let inside: UUID? =
      switch probe?.personality {
      case .raw?, nil: nil
      case .table(let uuid, _, _)?: uuid
      case .superblock(let block)?: block.uuid
      }
    return [label?.uuid, inside].compactMap(\.self).filter { $0 != .zero }
  }

  /// The empty namespace that Linux keeps ready in a region with labels.
  static let seed = GuestNamespace()

  private init() {
    label = nil
    extent = nil
    probe = nil
  }

  /// The namespace that a region without labels is.
  init<Failure: Error>(
    wholeOf device: NVDIMMDescription, _ linux: LinuxRelease, read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    let extent = NamespaceExtent(start: device.base, size: device.length, room: device.length)
    label = nil
    self.extent = extent
    probe = try NamespaceProbe(extent, linux, read: read)
  }

  /// The namespace that `label` describes; `earlier` are those that the kernel brought up before.
  init<Failure: Error>(
    _ label: LabelledNamespace, of device: NVDIMMDescription, after earlier: [GuestNamespace],
    _ linux: LinuxRelease, read: (UInt64, Int) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    let next = earlier.compactMap { $0.label?.dpa }.filter { $0 > label.dpa }.min() ?? device.length
    let extent = NamespaceExtent(label, base: device.base, room: next - label.dpa)
    self.label = label
    self.extent = extent
    probe = try NamespaceProbe(extent, linux) { (offset, count) throws(Failure) in try read(label.dpa + offset, count) }
  }
}

/// A namespace that Linux builds from labels, before it looks for an info block inside.
public struct LabelledNamespace: Hashable, Sendable {
  /// The uuid of its labels.
  public let uuid: UUID
  /// The name in the label of position 0.
  public let name: String
  /// Bytes over all DIMMs of the set.
  public let size: UInt64
  /// Where it starts on the first DIMM.
  public let dpa: UInt64
  /// The sector size that the label asks for, in bytes.
  public let sectorSize: UInt64
  /// The abstraction GUID; nil under 128-byte labels.
  public let abstraction: UUID?
  /// The slot of its label on each DIMM of the set.
  public let slots: [Int]

  /// The least size that gets a block device; smaller ones are listed as disabled (`ND_MIN_NAMESPACE_SIZE`).
  public static let smallestUsable: UInt64 = 4096
}

extension LabelledNamespace {
  /// How messages call it: its number is the guest's, and may change.
  var title: String { name.isEmpty ? "namespace \(uuid.lowercased)" : "namespace \"\(name)\"" }

  package var addresses: NamespaceAddresses { NamespaceAddresses(title: title, extent: dpa..<max(dpa, dpa &+ size)) }

  package var json: JSONValue {
    JSONValue(present: [
      ("uuid", .text(uuid.lowercased)), ("name", .text(name)), ("dpa", JSONValue(dpa)), ("size", JSONValue(size)),
      ("label_slot", slots.first.map { JSONValue($0) }),
    ])
  }
}

/// The bytes that are a namespace, and what is known of them without looking inside.
public struct NamespaceExtent: Hashable, Sendable {
  /// The guest's address of the first byte.
  public let start: UInt64
  /// Bytes of the namespace.
  public let size: UInt64
  /// The uuid of the label; zero without labels.
  public let uuid: UUID
  /// The abstraction in the label: `.none` for labels that cannot express it, nil if the GUID is unknown.
  public let abstraction: NamespaceAbstraction?
  /// Bytes from its first one up to the end of the region, or to a namespace that the kernel has brought up before.
  public let room: UInt64

  /// By default a namespace without a label.
  package init(
    start: UInt64, size: UInt64, uuid: UUID = .zero, abstraction: NamespaceAbstraction? = NamespaceAbstraction.none,
    room: UInt64 = .max
  ) {
    self.start = start
    self.size = size
    self.uuid = uuid
    self.abstraction = abstraction
    self.room = room
  }

  /// What a label describes, in a region at the guest's address `base` that has one DIMM.
  package init(_ label: LabelledNamespace, base: UInt64, room: UInt64 = .max) {
    self.init(
      start: base &+ label.dpa, size: label.size, uuid: label.uuid,
      abstraction: label.abstraction.map { NamespaceAbstraction(guid: $0) } ?? NamespaceAbstraction.none,
      room: room)
  }
}
