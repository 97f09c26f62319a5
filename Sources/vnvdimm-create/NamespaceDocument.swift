import Basics
import LabelChange
import PersistentMemory

/// A namespace in JSON, with the names that `ndctl list` and `ndctl read-labels` use.
struct NamespaceDocument: Encodable {
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

  private enum CodingKeys: String, CodingKey {
    case dev, mode, map, name, size, uuid
    case rawUUID = "raw_uuid"
    case sectorSize = "sector_size"
    case align, blockdev, chardev, dpa, rawsize
    case dataOffset = "data_offset"
  }

  /// Every key is there in every document.
  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: CodingKeys.self)
    try document.encode(dev, forKey: .dev)
    try document.encode(mode, forKey: .mode)
    try document.encode(map, forKey: .map)
    try document.encode(name, forKey: .name)
    try document.encode(size, forKey: .size)
    try document.encode(uuid, forKey: .uuid)
    try document.encode(rawUUID, forKey: .rawUUID)
    try document.encode(sectorSize, forKey: .sectorSize)
    try document.encode(align, forKey: .align)
    try document.encode(blockdev, forKey: .blockdev)
    try document.encode(chardev, forKey: .chardev)
    try document.encode(dpa, forKey: .dpa)
    try document.encode(rawsize, forKey: .rawsize)
    try document.encode(dataOffset, forKey: .dataOffset)
  }
}
