import Basics
import PersistentMemory
import Storage

/// `vnvdimm emulate --list-host`: lists what this host has for a guest's NVDIMM without a page cache in between.
struct HostList {
  let devices: [DAXDevice]
  let namespaces: [PersistentMemoryNamespace]

  /// Examines this host. Throws if the libraries that support its devices are missing.
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

extension HostList {
  var json: JSONValue {
    .object([
      ("format", .format), ("dax_devices", JSONValue(devices, \.json)), ("namespaces", JSONValue(namespaces, \.json)),
    ])
  }
}

extension DAXDevice {
  /// The keys of `daxctl list`, and whether a guest can use the device.
  fileprivate var json: JSONValue {
    JSONValue(present: [
      ("chardev", .text(name)), ("mode", .text(isSystemMemory ? "system-ram" : "devdax")), ("size", JSONValue(size)),
      ("align", JSONValue(alignment)), ("target_node", targetNode.map { JSONValue($0) }),
      ("usable", .boolean(isUsable)),
    ])
  }
}

extension PersistentMemoryNamespace {
  /// The keys of `ndctl list -N`.
  fileprivate var json: JSONValue {
    JSONValue(present: [
      ("dev", .text(name)), ("name", .text(label)), ("mode", mode.map { .text($0.rawValue) }),
      ("blockdev", blockDevice.map { .text($0) }), ("size", JSONValue(size)),
      ("align", alignment.map { JSONValue($0) }),
      ("numa_node", node.map { JSONValue($0) }), ("active", .boolean(isActive)),
    ])
  }
}
