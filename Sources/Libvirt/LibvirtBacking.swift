/// `<memoryBacking>`: the kind of memory for RAM and for memory devices without a path.
package struct LibvirtBacking: Equatable, Sendable {
  package enum Source: String, Sendable {
    case file, anonymous, memfd
  }

  package enum Allocation: String, Sendable {
    case immediate
    case onDemand = "ondemand"
  }

  /// `<hugepages><page/>`: huge pages of `size` KiB for the named nodes of the guest, or for all others. 0 is the
  /// host's default size.
  struct HugePages: Equatable, Sendable {
    let size: UInt64
    let nodes: Set<Int>?
  }

  package var source: Source?
  package var access: LibvirtAccess?
  package var allocation: Allocation?
  package var allocationThreads: UInt32 = 0
  package var discards: Bool?
  var hugePages: [HugePages] = []

  package init() {}
}

extension LibvirtBacking {
  /// Reads `<memoryBacking>`, in libvirt's order. Source: libvirt `virDomainDefParseMemory`.
  init(_ element: XMLElement, _ release: LibvirtRelease) throws(LibvirtRefusal) {
    func choice<Value>(_ child: String, _ attribute: String, _ value: (String) -> Value?) throws(LibvirtRefusal)
      -> Value?
    {
      guard let text = element.first(child)?.attributes[attribute], !text.isEmpty else { return nil }
      guard let value = value(text) else { throw .unknownBacking("\(child)/\(attribute)", value: text) }
      return value
    }
    source = try choice("source", "type", Source.init(rawValue:))
    access = try choice("access", "mode", LibvirtAccess.init(rawValue:))
    allocation = try choice("allocation", "mode", Allocation.init(rawValue:))
    if release.has(.allocationThreads), let text = element.first("allocation")?.attributes["threads"] {
      guard let count = LibvirtSize.number(text).flatMap({ UInt32(exactly: $0) }) else { throw .invalidThreadCount }
      allocationThreads = count
    }
    if let pages = element.first("hugepages") {
      for page in pages.all("page") { hugePages.append(try HugePages(page)) }
      if hugePages.isEmpty { hugePages = [HugePages(size: 0, nodes: nil)] }
    }
    discards = element.first("discard").map { _ in true }
  }
}

extension LibvirtBacking.HugePages {
  /// Reads `<page>`. Source: libvirt `virDomainHugepagesParseXML`.
  fileprivate init(_ element: XMLElement) throws(LibvirtRefusal) {
    size = try LibvirtSize.kibibytes(
      element.attributes["size"], unit: element.attributes["unit"], at: "./@size", isRequired: true)
    guard size > 0 else { throw .hugePageOfNothing }
    nodes = try element.attributes["nodeset"].map { (text) throws(LibvirtRefusal) in
      try Set(LibvirtNodeSet.nodes(in: text, of: "nodeset"))
    }
  }
}

/// `<numatune>`: the host nodes that memory comes from.
struct LibvirtMemoryTuning: Equatable, Sendable {
  enum Mode: String, Sendable {
    case strict, preferred, interleave, restrictive

    /// The mode that `release` calls so.
    init?(_ text: String, _ release: LibvirtRelease) {
      self.init(rawValue: text)
      guard self != .restrictive || release.has(.restrictiveMode) else { return nil }
    }

    /// QEMU's `policy=`; nil where the host keeps it alone.
    var policy: String? {
      switch self {
      case .strict: "bind"
      case .preferred, .interleave: rawValue
      case .restrictive: nil
      }
    }
  }

  struct Binding: Equatable, Sendable {
    var mode = Mode.strict
    var nodes: [Int]
  }

  var all: Binding?
  /// `placement='auto'`: the host chooses the nodes when the guest is started.
  var isChosenByHost = false
  /// For nodes of the guest, by number.
  var cells: [Int: Binding] = [:]

  init() {}

  /// Returns the binding of memory in the guest's node `cell`; `nil` if there is none.
  func binding(of cell: Int?) -> Binding? { cell.flatMap { cells[$0] } ?? all }
}

extension LibvirtMemoryTuning {
  /// Source: libvirt `virDomainNumatuneParseXML`, `virDomainNumatuneNodeParseXML`.
  init(_ element: XMLElement, nodes: Int, _ release: LibvirtRelease) throws(LibvirtRefusal) {
    if let memory = element.first("memory") { try readMemory(memory, release) }
    for element in element.all("memnode") {
      guard !isChosenByHost else { throw .memoryNodeWithPlacement }
      guard nodes > 0 else { throw .memoryNodeWithoutCells }
      guard let cell = try element.number("cellid", as: UInt32.self) else {
        throw .missingAttribute("cellid", of: "memnode")
      }
      guard cell < nodes else { throw .memoryNodeOfNoCell }
      guard cells[Int(cell)] == nil else { throw .memoryNodeTwice(cell) }
      let mode = try element.choice("mode") { Mode($0, release) } ?? .strict
      guard mode == .restrictive || all?.mode != .restrictive || release.has(.checksRestrictiveLate) else {
        throw .memoryNodeNotRestrictive
      }
      guard let text = element.attributes["nodeset"] else { throw .memoryNodeWithoutSet }
      cells[Int(cell)] = Binding(mode: mode, nodes: try LibvirtNodeSet.nodes(in: text, of: "nodeset"))
    }
  }

  private mutating func readMemory(_ element: XMLElement, _ release: LibvirtRelease) throws(LibvirtRefusal) {
    let word = element.attributes["mode"]
    let mode = word.map { Mode($0, release) } ?? .strict
    guard let mode else { throw .unknownTuningMode(word ?? "") }
    let placement = element.attributes["placement"]
    guard ["default", "static", "auto", nil].contains(placement) else { throw .unknownPlacement(placement ?? "") }
    let nodes = try element.attributes["nodeset"].map { (text) throws(LibvirtRefusal) in
      try LibvirtNodeSet.nodes(in: text, of: "nodeset")
    }
    isChosenByHost = placement == "auto"
    guard !isChosenByHost else { return }
    guard let nodes else {
      guard word == nil, placement == nil else { throw .placementWithoutNodes }
      return
    }
    all = Binding(mode: mode, nodes: nodes)
  }
}

/// Numbers of nodes or processors, as in `0-3,^2`.
enum LibvirtNodeSet {
  /// The nodes in `text`, sorted, of which there is one at least; `name` is for the message.
  static func nodes(in text: String, of name: String) throws(LibvirtRefusal) -> [Int] {
    let nodes = try numbers(in: text)
    guard !nodes.isEmpty else { throw .emptyNodeSet(text, of: name) }
    return nodes
  }

  /// The numbers in `text`, sorted. Source: libvirt `virBitmapParse`.
  static func numbers(in text: String) throws(LibvirtRefusal) -> [Int] {
    let nodeLimit = 16384
    var nodes: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let item = part.filter { !$0.isWhitespace }
      let isExcluded = item.hasPrefix("^")
      let ends = item.dropFirst(isExcluded ? 1 : 0).split(separator: "-", omittingEmptySubsequences: false)
      let numbers = ends.compactMap { $0.allSatisfy(\.isNumber) ? Int($0) : nil }
      guard let first = numbers.first, let last = numbers.last, numbers.count == ends.count,
        numbers.count <= (isExcluded ? 1 : 2), first <= last, last < nodeLimit
      else { throw .invalidBitmap(text) }
      if isExcluded { nodes.remove(first) } else { nodes.formUnion(first...last) }
    }
    return nodes.sorted()
  }
}
