import Basics
import PersistentMemory
import Storage

/// `vnvdimm emulate --list-host`: what this host has that a guest's NVDIMM can lie on without a page cache between.
struct HostList {
  let devices: [DAXDevice]
  let namespaces: [PersistentMemoryNamespace]

  /// Looks at this host. Throws where the libraries that know its devices are missing.
  init() throws(HostDAXError) {
    devices = try DAXDevice.all()
    namespaces = try PersistentMemoryNamespace.all()
  }

  var text: String {
    (["DAX devices"] + lines(devices.map(\.summary)) + ["namespaces of persistent memory"]
      + lines(namespaces.map(\.summary))).joined(separator: "\n")
  }

  private func lines(_ entries: [[String]]) -> [String] {
    entries.isEmpty ? ["  none"] : entries.joined().map { "  " + $0 }
  }
}

extension DAXDevice {
  fileprivate var summary: [String] {
    let node = targetNode.map { ", node \($0)" } ?? ""
    let facts = "\(path)  \(ByteCount(size)), alignment \(ByteCount(alignment))\(node)"
    if isSystemMemory { return [facts + ", used as memory of this host"] }
    guard isUsable else { return [facts + ", no driver holds it"] }
    return [facts, "  vnvdimm emulate --nvdimm \(path),label-size=\(BackendGeometry.smallestLabelSize >> 10)K"]
  }
}

extension PersistentMemoryNamespace {
  fileprivate var summary: [String] {
    let mode = mode?.rawValue ?? "unknown mode"
    let title = label.isEmpty ? "" : " \"\(label)\""
    let node = node.map { ", node \($0)" } ?? ""
    let facts = "\(name) (\(mode))\(title)  \(ByteCount(size))\(node)"
    guard isActive else { return [facts + ", disabled"] }
    switch (self.mode, blockDevice) {
    case (.fsdax?, let block?):
      return [facts, "  files on /dev/\(block) mounted with -o dax"]
    case (.devdax?, _): return [facts + ", the DAX device above"]
    case (_, let block?):
      return [facts, "  /dev/\(block) has a page cache; ndctl create-namespace -f -e \(name) -m devdax"]
    default: return [facts]
    }
  }
}

extension HostList: Encodable {
  private enum CodingKeys: String, CodingKey {
    case format, namespaces
    case devices = "dax_devices"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(1, forKey: .format)
    try container.encode(devices.map(DeviceDocument.init), forKey: .devices)
    try container.encode(namespaces.map(NamespaceDocument.init), forKey: .namespaces)
  }

  /// The keys of `daxctl list`, and whether a guest can have it.
  private struct DeviceDocument: Encodable {
    let chardev, mode: String
    let size, align: UInt64
    let target_node: Int?
    let usable: Bool

    init(_ device: DAXDevice) {
      chardev = device.name
      mode = device.isSystemMemory ? "system-ram" : "devdax"
      size = device.size
      align = device.alignment
      target_node = device.targetNode
      usable = device.isUsable
    }
  }

  /// The keys of `ndctl list -N`.
  private struct NamespaceDocument: Encodable {
    let dev, name: String
    let mode, blockdev: String?
    let size: UInt64
    let align: UInt64?
    let numa_node: Int?
    let active: Bool

    init(_ namespace: PersistentMemoryNamespace) {
      dev = namespace.name
      name = namespace.label
      mode = namespace.mode?.rawValue
      blockdev = namespace.blockDevice
      size = namespace.size
      align = namespace.alignment
      numa_node = namespace.node
      active = namespace.isActive
    }
  }
}
