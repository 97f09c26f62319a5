import Basics
import FoundationEssentials

extension GuestListing {
  /// The numbers in the names of a namespace and its devices.
  struct Number {
    let region: Int
    let namespace: Int

    /// Source: Linux drivers/nvdimm/namespace_devs.c `nvdimm_namespace_disk_name`.
    var disk: String { "pmem\(region)" + (namespace == 0 ? "" : ".\(namespace)") }
  }

  /// An object of the list `namespaces`. What does not apply is left out.
  public struct Namespace: Hashable, Sendable {
    /// `namespace0.0`.
    public private(set) var dev: String
    /// What the namespace is used as.
    public let mode: NamespaceMode
    /// Where page structures are: `mem` or `dev`.
    public private(set) var map: String?
    /// Bytes that can be used.
    public private(set) var size: UInt64?
    /// The uuid of the info block, or of the label if there is no info block.
    public private(set) var uuid: String?
    /// The uuid of the label, if there is also an info block.
    public private(set) var rawUUID: String?
    /// The devices of a devdax namespace.
    public private(set) var daxRegion: DAXRegion?
    /// The sector size in bytes.
    public private(set) var sectorSize: UInt32?
    /// The alignment of the mode in bytes.
    public private(set) var align: UInt64?
    /// `pmem0`, or in sector mode `pmem0s`.
    public private(set) var blockDevice: String?
    /// `disabled`; left out where the namespace has a device.
    public private(set) var state: String?
    /// The name in the label.
    public private(set) var name: String?
    /// The NUMA node whose processors are nearest.
    public private(set) var numaNode: UInt32
    /// The NUMA node of the memory itself.
    public private(set) var targetNode: UInt32

    init(_ namespace: GuestNamespace, _ number: Number, node: UInt32, target: UInt32) {
      dev = "namespace\(number.region).\(number.namespace)"
      mode = namespace.probe?.personality.mode ?? .raw
      numaNode = node
      targetNode = target
      state = namespace.probe?.isEnabled == true ? nil : "disabled"
      name = namespace.label.flatMap { $0.name.isEmpty ? nil : $0.name }
      // ndctl takes every other size for the default.
      sectorSize = namespace.label?.sectorSize == 4096 ? 4096 : 512
      guard let extent = namespace.extent, let probe = namespace.probe else {
        size = 0
        uuid = UUID.zero.lowercased
        return
      }
      switch probe.personality {
      case .raw:
        size = extent.size
        uuid = namespace.label?.uuid.lowercased
        blockDevice = probe.isEnabled ? number.disk : nil
      case .table(let uuid, let sectorSize, let size):
        self.size = size
        self.uuid = uuid.lowercased
        rawUUID = Self.rawUUID(of: namespace)
        self.sectorSize = mode.sectorSizes.contains(sectorSize) ? sectorSize : nil
        blockDevice = probe.isEnabled ? number.disk + "s" : nil
      case .superblock(let block):
        map = block.map.name
        size = probe.isEnabled ? block.dataSize(inNamespaceOf: extent.size) : nil
        uuid = block.uuid.lowercased
        rawUUID = Self.rawUUID(of: namespace)
        align = block.layout.effectiveAlignment
        if mode == .devdax {
          sectorSize = nil
          daxRegion = DAXRegion(number, size: size, align: UInt64(block.layout.alignment), node: target)
        } else {
          blockDevice = probe.isEnabled ? number.disk : nil
        }
      }
    }

    package var json: JSONValue {
      JSONValue(present: [
        ("dev", .text(dev)), ("mode", .text(mode.rawValue)), ("map", map.map { .text($0) }),
        ("size", size.map { JSONValue($0) }), ("uuid", uuid.map { .text($0) }), ("raw_uuid", rawUUID.map { .text($0) }),
        ("daxregion", daxRegion?.json), ("sector_size", sectorSize.map { JSONValue($0) }),
        ("align", align.map { JSONValue($0) }), ("blockdev", blockDevice.map { .text($0) }),
        ("state", state.map { .text($0) }), ("name", name.map { .text($0) }), ("numa_node", JSONValue(numaNode)),
        ("target_node", JSONValue(targetNode)),
      ])
    }

    private static func rawUUID(of namespace: GuestNamespace) -> String? {
      guard let uuid = namespace.label?.uuid, uuid != .zero else { return nil }
      return uuid.lowercased
    }
  }

  /// What `daxctl` says of a devdax namespace: of one without a device the number alone.
  public struct DAXRegion: Hashable, Sendable {
    /// The number of the region.
    public let id: Int
    /// Bytes that can be mapped.
    public let size: UInt64?
    /// The alignment of mappings in bytes.
    public let align: UInt64?
    /// The character devices: one.
    public let devices: [DAXDevice]?

    init(_ number: Number, size: UInt64?, align: UInt64, node: UInt32) {
      id = number.region
      self.size = size
      self.align = size.map { _ in align }
      devices = size.map { size in
        [
          DAXDevice(
            chardev: "dax\(number.region).\(number.namespace)", size: size, targetNode: node, align: align,
            mode: .devdax)
        ]
      }
    }

    fileprivate var json: JSONValue {
      JSONValue(present: [
        ("id", JSONValue(id)), ("size", size.map { JSONValue($0) }), ("align", align.map { JSONValue($0) }),
        ("devices", devices.map { JSONValue($0, \.json) }),
      ])
    }
  }

  /// A character device of a devdax namespace.
  public struct DAXDevice: Hashable, Sendable {
    /// `dax0.0`.
    public let chardev: String
    /// Bytes that can be mapped.
    public let size: UInt64
    /// The NUMA node of the memory itself.
    public let targetNode: UInt32
    /// The alignment of mappings in bytes.
    public let align: UInt64
    /// `devdax`.
    public let mode: NamespaceMode

    fileprivate var json: JSONValue {
      .object([
        ("chardev", .text(chardev)), ("size", JSONValue(size)), ("target_node", JSONValue(targetNode)),
        ("align", JSONValue(align)), ("mode", .text(mode.rawValue)),
      ])
    }
  }
}
