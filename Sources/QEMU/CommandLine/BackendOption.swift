import Basics

/// A memory backend as `-object` or `object_add` describes it.
package struct BackendOption: Equatable, Sendable {
  package var backend: MemoryBackend
  /// The type of a backend in anonymous memory that behaves like a file; `nil` for other backends.
  package var memoryFile: MemoryFile?
  /// `policy=` and `host-nodes=`.
  package var policy = "default"
  package var hostNodes: [UInt16] = []
  /// `offset=`, in bytes. (since 8.1)
  package var offset: UInt64 = 0
  /// `rom=`. (since 8.2)
  package var rom: String?
  package var preallocationThreads: UInt32?
  /// `hugetlb=` and, in bytes, `hugetlbsize=` of a memfd.
  var hasHugePages = false
  var hugePageSize: UInt64?
  /// `x-use-canonical-path-for-ramblock-id=`
  var usesPathAsName: Bool?
  /// The names of the properties in the order in which they were given, for releases that set properties one by one.
  var order: [String] = []

  package init(_ backend: MemoryBackend) { self.backend = backend }

  /// The name of the object's type in QEMU.
  package var typeName: String { memoryFile?.rawValue ?? backend.typeName }

  /// Anonymous memory that behaves like a file.
  package enum MemoryFile: String, CaseIterable, Sendable {
    case memfd = "memory-backend-memfd"
    case shm = "memory-backend-shm"

    /// Sources: `backends/hostmem-memfd.c`, `backends/hostmem-shm.c`.
    var releases: ReleaseRange {
      switch self {
      case .memfd: .since(2, 12)
      case .shm: .since(9, 1)
      }
    }
  }

  static func types(in dialect: Dialect, _ release: QEMURelease) -> [String] {
    let files = MemoryFile.allCases.filter { dialect == .qemu && $0.releases.contains(release) }
    return ["memory-backend-file", "memory-backend-ram"] + files.map(\.rawValue)
  }
}

extension BackendOption {
  /// Reads the rest of an object of `type`, in the order of QEMU's schema, as `release` knows it. The object must have
  /// a size unless it `mayLackSize`.
  init(
    type: String, _ reader: inout QEMUValueReader, _ release: QEMURelease, mayLackSize: Bool = false
  ) throws(QEMUComplaint) {
    let id = try reader.required(reader.text("id"), "id")
    let isFile = type == "memory-backend-file"
    self.init(MemoryBackend(id: id, storage: isFile ? .file(path: "") : .ram, size: nil))
    memoryFile = MemoryFile(rawValue: type)
    reader.ignore("qom-type")
    try readCommonProperties(&reader, release, mayLackSize: mayLackSize)
    if isFile { try readFileProperties(&reader, release) }
    if memoryFile == .memfd {
      hasHugePages = try reader.boolean("hugetlb") ?? false
      hugePageSize = try reader.size("hugetlbsize")
      _ = try reader.boolean("seal")
    }
    do throws(QEMUComplaint) { try reader.finish() } catch {
      // Before 6.0 each option is set as a property of the object; from 5.2 on the message names the object's type.
      guard let key = reader.unread.first, release.has(.objectsAreOptions) else { throw error }
      throw .propertyNotFound(owner: release.has(.propertiesWithoutType) ? "" : type, key)
    }
    order = reader.dictionary.keysInOrder
  }

  /// Before 6.0 QEMU sets the properties one after the other and reports the first that is wrong.
  static func checkInOrder(
    type: String, _ properties: QEMUDictionary, _ release: QEMURelease
  ) throws(QEMUComplaint) {
    for key in properties.keysInOrder where key != "id" {
      var one = QEMUDictionary()
      for key in ["qom-type", "id", key] { one[key] = properties[key] }
      // A path is required, whatever is wrong with another property.
      if one["mem-path"] == nil, type == "memory-backend-file" { one["mem-path"] = .text("") }
      var reader = QEMUValueReader(one, .options)
      reader.obey(release)
      try BackendOption(type: type, &reader, release, mayLackSize: true).checkValue(of: key)
    }
  }

  /// Throws if the object does not accept the value of the property `key`.
  func checkValue(of key: String) throws(QEMUComplaint) {
    switch key {
    case "host-nodes":
      if let node = hostNodes.first(where: { $0 >= 128 }) { throw .hostNode(node) }
    case "size" where backend.size == 0: throw .notTaken(property: key, type: typeName)
    case "hugetlbsize" where hugePageSize == 0: throw .propertyTakesNot(owner: typeName, key, value: "0")
    case "prealloc-threads" where preallocationThreads == 0: throw .notTaken(property: key, type: typeName)
    default: break
    }
  }

  private mutating func readCommonProperties(
    _ reader: inout QEMUValueReader, _ release: QEMURelease, mayLackSize: Bool
  ) throws(QEMUComplaint) {
    backend.isDumped = try reader.boolean("dump") ?? true
    hostNodes = try reader.hostNodes()
    backend.mayBeMerged = try reader.boolean("merge") ?? true
    policy = try reader.choice("policy", of: ["default", "preferred", "bind", "interleave"]) ?? "default"
    backend.isPreallocated = try reader.boolean("prealloc") ?? false
    if release >= QEMURelease(5, 0) { preallocationThreads = try reader.unsigned("prealloc-threads", as: UInt32.self) }
    if release >= QEMURelease(7, 2) { _ = try reader.text("prealloc-context") }
    if case .file = backend.storage {
      backend.isShared = try reader.boolean("share") ?? false
    } else if release.has(.everyBackendShares) {
      backend.isShared = try reader.boolean("share") ?? (memoryFile != nil)
    }
    if release >= QEMURelease(6, 1) { backend.reservesSwap = try reader.boolean("reserve") ?? true }
    backend.size = try reader.size("size")
    if !mayLackSize { backend.size = try reader.required(backend.size, "size") }
    if release >= QEMURelease(4, 0) { usesPathAsName = try reader.boolean("x-use-canonical-path-for-ramblock-id") }
  }

  private mutating func readFileProperties(
    _ reader: inout QEMUValueReader, _ release: QEMURelease
  ) throws(QEMUComplaint) {
    if release >= QEMURelease(2, 12) { backend.alignment = try reader.size("align").flatMap { $0 == 0 ? nil : $0 } }
    if release >= QEMURelease(8, 1) { offset = try reader.size("offset") ?? 0 }
    if release >= QEMURelease(2, 11) { backend.discardsData = try reader.boolean("discard-data") ?? false }
    backend.storage = .file(path: try reader.required(reader.text("mem-path"), "mem-path"))
    if release >= QEMURelease(3, 1) { backend.isPersistentMemory = try reader.boolean("pmem") ?? false }
    if release >= QEMURelease(6, 0) { backend.isReadOnly = try reader.boolean("readonly") ?? false }
    if release >= QEMURelease(8, 2) { rom = try reader.choice("rom", of: ["auto", "on", "off"]) }
  }
}

extension QEMUValueReader {
  /// The range of numbers that `text` gives for `key`: `0`, or `0-1`.
  static func numbers(in text: String, _ key: String) throws(QEMUComplaint) -> ClosedRange<UInt16> {
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      .map { CInteger.unsignedWithoutMinus(String($0)) }
    guard let first = ends[0], let last = ends[ends.count - 1], first <= last, last - first < 65536 else {
      throw .expected(parameter: key, "a uint64 value or range")
    }
    guard let low = UInt16(exactly: first), let high = UInt16(exactly: last) else {
      throw .expected(parameter: key, "uint16_t")
    }
    return low...high
  }

  /// Reads the host nodes that a backend is bound to: `0`, `0-1`, or a list in JSON.
  fileprivate mutating func hostNodes() throws(QEMUComplaint) -> [UInt16] {
    let key = "host-nodes"
    switch dictionary[key] {
    case .array(let items)? where syntax != .options:
      ignore(key)
      var nodes: [UInt16] = []
      for (index, item) in items.enumerated() {
        var element = QEMUDictionary()
        let name = syntax == .json ? "\(key)[\(index)]" : "\(key).\(index)"
        element[name] = item
        var reader = QEMUValueReader(element, syntax)
        if let node = try reader.unsigned(name, as: UInt16.self) { nodes.append(node) }
      }
      return nodes
    case .text(let text)? where syntax == .options:
      ignore(key)
      return Array(try Self.numbers(in: text, key))
    case nil: return []
    case _?: throw .expectedType(parameter: key, "array")
    }
  }
}
