import Basics
import LabelChange
import PersistentMemory

/// A namespace in JSON, with the names that `ndctl list` and `ndctl read-labels` use.
struct NamespaceDocument {
  let dev: String
  let mode: NamespaceMode
  let map: String?
  let name: String
  let size: UInt64
  let uuid: String?
  let rawUUID: String?
  let sectorSize: UInt32
  let align: UInt32?
  let blockdev: String?
  let chardev: String?
  let dpa: UInt64
  let rawsize: UInt64
  /// The byte of the file at which the data begins; null where a translation table leads to it.
  let dataOffset: UInt64?

  /// `named`: whether uuids that were not given are settled. Those of a plan are drawn anew by the next run.
  init(_ namespace: PlannedNamespace, named: Bool) {
    let specification = namespace.specification
    let isMapped = namespace.mode.superblock != nil
    let device = namespace.device()
    dev = namespace.name()
    mode = namespace.mode
    map = isMapped ? specification.map.name : nil
    name = specification.name
    size = namespace.size
    uuid = named ? namespace.uuid.lowercased : specification.uuid?.lowercased
    rawUUID = named ? namespace.labelUUID.lowercased : specification.uuid?.lowercased
    sectorSize = specification.sectorSize
    align = isMapped ? specification.alignment : nil
    blockdev = mode == .devdax ? nil : device
    chardev = mode == .devdax ? device : nil
    dpa = namespace.dpa
    rawsize = namespace.rawSize
    dataOffset = namespace.dataOffset
  }

  /// Every key is there in every document.
  var json: JSONValue {
    .object([
      ("dev", .text(dev)), ("mode", .text(mode.rawValue)), ("map", JSONValue(map)), ("name", .text(name)),
      ("size", JSONValue(size)), ("uuid", JSONValue(uuid)), ("raw_uuid", JSONValue(rawUUID)),
      ("sector_size", JSONValue(sectorSize)), ("align", JSONValue(align)), ("blockdev", JSONValue(blockdev)),
      ("chardev", JSONValue(chardev)), ("dpa", JSONValue(dpa)), ("rawsize", JSONValue(rawsize)),
      ("data_offset", JSONValue(dataOffset)),
    ])
  }
}
