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
  package struct Namespace: Hashable, Sendable, Encodable {
    package private(set) var dev: String
    package private(set) var mode: NamespaceMode
    package private(set) var map: String?
    package private(set) var size: UInt64?
    package private(set) var uuid: String?
    package private(set) var rawUUID: String?
    package private(set) var daxRegion: DAXRegion?
    package private(set) var sectorSize: UInt32?
    package private(set) var align: UInt64?
    package private(set) var blockDevice: String?
    /// `disabled`; left out where the namespace has a device.
    package private(set) var state: String?
    package private(set) var name: String?
    package private(set) var numaNode: UInt32
    package private(set) var targetNode: UInt32

    private enum CodingKeys: String, CodingKey {
      case dev, mode, map, size, uuid, align, state, name
      case rawUUID = "raw_uuid"
      case daxRegion = "daxregion"
      case sectorSize = "sector_size"
      case blockDevice = "blockdev"
      case numaNode = "numa_node"
      case targetNode = "target_node"
    }

    init(_ namespace: GuestNamespace, _ number: Number, node: UInt32, target: UInt32) {
      dev = "namespace\(number.region).\(number.namespace)"
      mode = .raw
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
        mode = .sector
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
        if block.signature == .dax {
          mode = .devdax
          sectorSize = nil
          daxRegion = DAXRegion(number, size: size, align: UInt64(block.layout.alignment), node: target)
        } else {
          mode = .fsdax
          blockDevice = probe.isEnabled ? number.disk : nil
        }
      }
    }

    private static func rawUUID(of namespace: GuestNamespace) -> String? {
      guard let uuid = namespace.label?.uuid, uuid != .zero else { return nil }
      return uuid.lowercased
    }
  }

  /// What `daxctl` says of a devdax namespace: of one without a device the number alone.
  package struct DAXRegion: Hashable, Sendable, Encodable {
    package let id: Int
    package let size: UInt64?
    package let align: UInt64?
    package let devices: [DAXDevice]?

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
  }

  /// A character device of a devdax namespace.
  package struct DAXDevice: Hashable, Sendable, Encodable {
    package let chardev: String
    package let size: UInt64
    package let targetNode: UInt32
    package let align: UInt64
    package let mode: NamespaceMode

    private enum CodingKeys: String, CodingKey {
      case chardev, size, align, mode
      case targetNode = "target_node"
    }
  }
}
