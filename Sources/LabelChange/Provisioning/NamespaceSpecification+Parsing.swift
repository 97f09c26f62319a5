import Basics
import FoundationEssentials
import PersistentMemory

extension NamespaceSpecification {
  private enum Key: String, CaseIterable {
    case size, name, uuid
    case sectorSize = "sector-size"
    case alignment = "align"
    case map
  }

  /// Reads `MODE[,size=][,name=][,uuid=][,sector-size=][,align=][,map=dev|mem]`.
  ///
  /// A comma inside a value is doubled, as in QEMU's options. The defaults are those of ndctl.
  package init(parsing text: String) throws(NamespaceSpecificationError) {
    let parts = text.partsAtSingleCommas.map { String(decoding: $0, as: UTF8.self) }
    let modeName = parts.first ?? ""
    guard let mode = NamespaceMode(rawValue: modeName) else { throw .unknownMode(modeName) }
    var values: [Key: String] = [:]
    for part in parts.dropFirst() {
      guard let separator = part.utf8.firstIndex(of: UInt8(ascii: "=")) else { throw .notAProperty(part) }
      let name = String(part[..<separator])
      guard let key = Key(rawValue: name) else { throw .unknownProperty(name) }
      guard values[key] == nil else { throw .givenTwice(name) }
      guard mode.superblock != nil || key != .alignment && key != .map else { throw .notOfMode(name, mode) }
      values[key] = String(part[part.utf8.index(after: separator)...])
    }
    self.mode = mode
    size = try values[.size].map(Self.size)
    name = try values[.name].map(Self.name) ?? ""
    uuid = try values[.uuid].map(Self.uuid)
    sectorSize =
      try values[.sectorSize].map { text throws(NamespaceSpecificationError) in
        try Self.sectorSize(text, of: mode)
      } ?? mode.defaultSectorSize
    alignment = try values[.alignment].map(Self.alignment) ?? Self.defaultAlignment
    givenMap = try values[.map].map(Self.map)
  }

  private static func size(_ text: String) throws(NamespaceSpecificationError) -> UInt64 {
    let size = try bytes(text, of: .size)
    guard size > 0 else { throw .sizeZero }
    return size
  }

  private static func name(_ text: String) throws(NamespaceSpecificationError) -> String {
    let length = text.utf8.count
    guard length < NamespaceLabel.nameSize else { throw .nameTooLong(length) }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { throw .controlCharacter }
    return text
  }

  private static func uuid(_ text: String) throws(NamespaceSpecificationError) -> UUID {
    guard text.utf8.count == 36, let uuid = UUID(uuidString: text) else { throw .malformedUUID(text) }
    guard uuid != .zero else { throw .zeroUUID }
    return uuid
  }

  private static func sectorSize(_ text: String, of mode: NamespaceMode) throws(NamespaceSpecificationError) -> UInt32 {
    let size = try bytes(text, of: .sectorSize)
    guard let legal = mode.sectorSizes.first(where: { $0 == size }) else { throw .sectorSize(text, mode) }
    return legal
  }

  private static func alignment(_ text: String) throws(NamespaceSpecificationError) -> UInt32 {
    let size = try bytes(text, of: .alignment)
    guard let legal = PFNLayout.alignments.first(where: { $0 == size }) else { throw .alignment(text) }
    return legal
  }

  private static func map(_ text: String) throws(NamespaceSpecificationError) -> PFNInfoBlock.Map {
    guard let map = PFNInfoBlock.Map(name: text) else { throw .map(text) }
    return map
  }

  private static func bytes(_ text: String, of key: Key) throws(NamespaceSpecificationError) -> UInt64 {
    do throws(ByteCountError) { return try ByteCount(parsing: text).bytes } catch { throw .size(key.rawValue, error) }
  }
}
