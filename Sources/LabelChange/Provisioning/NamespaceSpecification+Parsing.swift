import Basics
import FoundationEssentials
import PersistentMemory

extension NamespaceSpecification {
  private enum Key: String, CaseIterable {
    case size, name, uuid
    case sectorSize = "sector-size"
    case alignment = "align"
    case map

    /// Only namespaces with a superblock have an alignment and page structures.
    func applies(to mode: NamespaceMode) -> Bool { mode.superblock != nil || self != .alignment && self != .map }

    /// The values to choose from in a namespace of `mode`; empty if there are many.
    func values(of mode: NamespaceMode) -> [String] {
      switch self {
      case .size, .name, .uuid: []
      case .sectorSize: mode.sectorSizes.map(String.init)
      case .alignment: PFNLayout.alignments.map { ByteCount(UInt64($0)).argument }
      case .map: PFNInfoBlock.Map.allCases.map(\.name)
      }
    }
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
      guard key.applies(to: mode) else { throw .notOfMode(name, mode) }
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

  /// Returns the beginnings of specifications that continue `prefix` by one word: a mode, a property that is not given
  /// yet, or one of the values of a property that has few.
  package static func completions(of prefix: String) -> [String] {
    let parts = prefix.partsAtSingleCommas.map { String(decoding: $0, as: UTF8.self) }
    guard parts.count > 1, let mode = NamespaceMode(rawValue: parts[0]) else {
      return NamespaceMode.allCases.map(\.rawValue)
    }
    let given = parts.dropFirst().dropLast().map { $0.prefix { $0 != "=" } }
    let keys = Key.allCases.filter { key in key.applies(to: mode) && !given.contains { $0 == key.rawValue } }
    let words = keys.flatMap { key in
      let property = key.rawValue + "="
      return parts.last?.hasPrefix(property) == true ? key.values(of: mode).map { property + $0 } : [property]
    }
    return words.map { (parts.dropLast() + [$0]).joined(separator: ",") }
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
