extension LibvirtDomain {
  /// Reads a domain as `release` reads it. The order determines which complaint comes first.
  ///
  /// A libvirt that has already accepted the domain, or that is newer than every described release, may know more than
  /// this suite. What cannot be read is then skipped and kept in `undescribed`; otherwise it becomes the `refusal`.
  package init(
    xml bytes: [UInt8], _ release: LibvirtRelease = .newest, isAccepted: Bool = false
  ) throws(XMLError) {
    let root = try XMLReader.root(of: bytes)
    self.release = release
    guard root.name == "domain" else {
      refusal = .notADomain(root.name)
      return
    }
    readIdentity(root)
    read(root, isLenient: isAccepted || release.isUndescribed)
  }

  /// The parts that are read immediately, or skipped.
  private enum Part {
    case memory
    case backing
    case nodes
    case tuning
    case device(XMLElement)
  }

  private mutating func read(_ root: XMLElement, isLenient: Bool) {
    let devices = root.first("devices")?.all("memory") ?? []
    for part in [.memory, .backing, .nodes, .tuning] + devices.map(Part.device) where refusal == nil {
      do throws(LibvirtRefusal) { try read(part, of: root) } catch {
        if isLenient { undescribed.append(error) } else { refusal = error }
      }
    }
  }

  private mutating func read(_ part: Part, of root: XMLElement) throws(LibvirtRefusal) {
    switch part {
    case .memory: try readMemory(root)
    case .backing: if let element = root.first("memoryBacking") { backing = try LibvirtBacking(element, release) }
    case .nodes:
      let processors = LibvirtSize.number(root.first("vcpu").map(\.text) ?? "1").flatMap { UInt32(exactly: $0) }
      guard let processors else { throw .invalidProcessorCount }
      if let topology = root.first("cpu", "numa") { try readNodes(topology.all("cell"), processors: processors) }
    case .tuning:
      let elements = root.all("numatune")
      guard elements.count < 2 else { throw .severalTunings }
      if let element = elements.first {
        tuning = try release.words { () throws(LibvirtRefusal) in
          try LibvirtMemoryTuning(element, nodes: nodes.count, release)
        }
      }
    case .device(let element): devices.append(try LibvirtMemoryDevice(element, release, isPOWER: isPOWER))
    }
  }

  private mutating func readIdentity(_ root: XMLElement) {
    name = root.first("name")?.value
    let type = root.first("os", "type")
    architectureName = type?.attributes["arch"]
    machine = type?.attributes["machine"]
    emulator = root.first("devices", "emulator")?.value
    hasACPI = root.first("features", "acpi") != nil
    hasFirmware = root.first("os")?.attributes["firmware"] == "efi" || root.first("os", "loader") != nil
    extraArguments = root.first("qemu:commandline")?.all("qemu:arg").compactMap { $0.attributes["value"] } ?? []
  }

  private mutating func readMemory(_ root: XMLElement) throws(LibvirtRefusal) {
    func size(_ name: String) throws(LibvirtRefusal) -> UInt64 {
      let element = root.first(name)
      return try LibvirtSize.kibibytes(element?.value, unit: element?.attributes["unit"], at: "./\(name)[1]")
    }
    memory = try size("memory")
    _ = try size("currentMemory")
    maximum = try size("maxMemory")
    if let text = root.first("maxMemory")?.attributes["slots"], !text.isEmpty {
      guard let count = LibvirtSize.number(text).flatMap({ UInt32(exactly: $0) }) else { throw .invalidSlotCount }
      slots = count
    }
    if let element = root.first("memory") {
      _ = try release.words { () throws(LibvirtRefusal) in
        try element.choice("dumpCore") { ["on", "off"].contains($0) ? true : nil }
      }
    }
  }

  /// Reads `<numa>` of a domain with so many processors.
  private mutating func readNodes(_ cells: [XMLElement], processors: UInt32) throws(LibvirtRefusal) {
    guard !cells.isEmpty else { throw .noCells }
    let used = try release.words { () throws(LibvirtRefusal) in try readCells(cells) }
    guard used.reduce(0, { $0 + $1.count }) <= processors else { throw .moreProcessorsThanThereAre }
    guard used.joined().allSatisfy({ $0 < processors }) else { throw .noSuchProcessor }
  }

  /// The processors of each cell. Source: libvirt `virDomainNumaDefParseXML`.
  private mutating func readCells(_ cells: [XMLElement]) throws(LibvirtRefusal) -> [[Int]] {
    nodes = [Node](repeating: Node(memory: 0), count: cells.count)
    var processors = [[Int]](repeating: [], count: cells.count)
    for (index, cell) in cells.enumerated() {
      let id = try cell.number("id", as: UInt32.self).map(Int.init) ?? index
      guard id < cells.count else { throw .cellsNotContiguous }
      guard nodes[id].memory == 0 else { throw .duplicateCell(id) }
      if let text = cell.attributes["cpus"] { processors[id] = try LibvirtNodeSet.numbers(in: text) }
      for (other, numbers) in processors.enumerated() where other != id {
        guard Set(numbers).isDisjoint(with: processors[id]) else { throw .processorsTwice(id, other) }
      }
      nodes[id].memory = try LibvirtSize.kibibytes(
        cell.attributes["memory"], unit: cell.attributes["unit"], at: "./@memory", isRequired: true)
      nodes[id].access = try cell.choice("memAccess", of: LibvirtAccess.init(rawValue:))
      nodes[id].discards = try cell.yesOrNo("discard")
    }
    return processors
  }
}

extension LibvirtDomain {
  /// Returns whether `bytes` begin like the document of a domain: with its element, after a declaration and comments.
  ///
  /// libvirt puts a comment before the domains that it stores, `virsh dumpxml` does not.
  package static func begins(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
    while true {
      rest = rest.drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
      let end: String
      if rest.starts(with: "<?".utf8) {
        end = "?>"
      } else if rest.starts(with: "<!--".utf8) {
        end = "-->"
      } else {
        return rest.starts(with: "<domain".utf8)
      }
      guard let place = rest.firstRange(of: Array(end.utf8)) else { return false }
      rest = rest[place.upperBound...]
    }
  }
}
