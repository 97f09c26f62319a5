import Basics
import SystemPackage

/// The requirements of a 64-bit little-endian ELF file at run time.
///
/// Source: System V ABI, chapters 4 and 5; elf(5).
struct ELFProgram {
  /// The path of the program that loads this one; `nil` for a library or a static program.
  private(set) var interpreter: String?
  /// The names of the libraries, in the order of the file.
  private(set) var libraries: [String] = []
  /// The folders that are searched first (DT_RUNPATH, DT_RPATH); `$ORIGIN` is the folder of the file.
  private(set) var libraryFolders: [String] = []

  private static let programHeaders = Field<UInt64>("e_phoff", at: 0x20)
  private static let programHeaderSize = Field<UInt16>("e_phentsize", at: 0x36)
  private static let programHeaderCount = Field<UInt16>("e_phnum", at: 0x38)

  /// One program header: the type of a segment and its places in the file and in memory.
  private struct Segment {
    static let size = 56
    static let type = Field<UInt32>("p_type", at: 0)
    static let offset = Field<UInt64>("p_offset", at: 8)
    static let address = Field<UInt64>("p_vaddr", at: 16)
    static let fileSize = Field<UInt64>("p_filesz", at: 32)

    let type: UInt32
    let offset: UInt64
    let address: UInt64
    let fileSize: UInt64

    init(_ block: [UInt8]) {
      type = block[Self.type]
      offset = block[Self.offset]
      address = block[Self.address]
      fileSize = block[Self.fileSize]
    }
  }

  private enum SegmentType {
    static let load: UInt32 = 1
    static let dynamic: UInt32 = 2
    static let interpreter: UInt32 = 3
  }

  private enum Tag {
    static let needed: UInt64 = 1
    static let stringTable: UInt64 = 5
    static let folders: Set<UInt64> = [15, 29]
  }

  /// Parses `bytes`, the whole file; `nil` if it is not such a file, or if its tables lie outside it.
  init?(_ bytes: [UInt8]) {
    guard let header = bytes.block(at: 0, count: 64), header.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else {
      return nil
    }
    let stride = Int(header[Self.programHeaderSize])
    guard let table = Int(exactly: header[Self.programHeaders]), stride >= Segment.size, table <= bytes.count else {
      return nil
    }
    var segments: [Segment] = []
    for index in 0..<Int(header[Self.programHeaderCount]) {
      guard let block = bytes.block(at: table + index * stride, count: Segment.size) else { return nil }
      segments.append(Segment(block))
    }
    if let segment = segments.first(where: { $0.type == SegmentType.interpreter }) {
      guard let path = Self.string(in: bytes, at: segment.offset) else { return nil }
      interpreter = path
    }
    guard let dynamic = segments.first(where: { $0.type == SegmentType.dynamic }) else { return }
    guard let names = Self.texts(of: [Tag.needed], bytes, dynamic, segments),
      let folders = Self.texts(of: Tag.folders, bytes, dynamic, segments)
    else { return nil }
    libraries = names
    libraryFolders = folders.flatMap { $0.split(separator: ":").map(String.init) }
  }

  /// Returns the strings of the dynamic section's entries with one of `tags`.
  private static func texts(
    of tags: Set<UInt64>, _ bytes: [UInt8], _ dynamic: Segment, _ segments: [Segment]
  ) -> [String]? {
    guard let offset = Int(exactly: dynamic.offset), let size = Int(exactly: dynamic.fileSize),
      let section = bytes.block(at: offset, count: size)
    else { return nil }
    let entries = stride(from: 0, through: section.count - 16, by: 16).map { entry in
      (tag: section.load(UInt64.self, at: entry), value: section.load(UInt64.self, at: entry + 8))
    }
    // The dynamic section gives the string table's address in memory.
    guard let table = entries.first(where: { $0.tag == Tag.stringTable })?.value,
      let holder = segments.first(where: {
        $0.type == SegmentType.load && table >= $0.address && table - $0.address < $0.fileSize
      })
    else { return entries.contains { tags.contains($0.tag) } ? nil : [] }
    var names: [String] = []
    for entry in entries where tags.contains(entry.tag) {
      let (place, overflow) = (table - holder.address).addingReportingOverflow(entry.value)
      guard !overflow, let name = string(in: bytes, at: place &+ holder.offset) else { return nil }
      names.append(name)
    }
    return names
  }

  /// Returns the string from `offset` to the next NUL.
  private static func string(in bytes: [UInt8], at offset: UInt64) -> String? {
    guard let start = Int(exactly: offset), start < bytes.count, let end = bytes[start...].firstIndex(of: 0) else {
      return nil
    }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
