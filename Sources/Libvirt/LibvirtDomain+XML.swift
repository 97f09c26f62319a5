extension LibvirtDomain {
  /// Reads a domain in libvirt's order, which decides what it complains of first.
  package init(xml bytes: [UInt8]) throws {
    let root = try XMLReader.root(of: bytes)
    guard root.name == "domain" else { throw LibvirtRefusal.notADomain(root.name) }
    name = root.first("name")?.value
    let type = root.first("os", "type")
    architectureName = type?.attributes["arch"]
    machine = type?.attributes["machine"]
    emulator = root.first("devices", "emulator")?.value
    hasACPI = root.first("features", "acpi") != nil
    hasFirmware = root.first("os")?.attributes["firmware"] == "efi" || root.first("os", "loader") != nil
    try readMemory(root)
    if let topology = root.first("cpu", "numa") { try readNodes(topology.all("cell")) }
    for element in root.first("devices")?.all("memory") ?? [] { devices.append(try LibvirtMemoryDevice(element)) }
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
    guard let element = root.first("memoryBacking") else { return }
    let source = element.first("source")?.attributes["type"]
    if let source, !["file", "anonymous", "memfd"].contains(source) {
      throw .unknownBacking("source/type", value: source)
    }
    if let mode = element.first("access")?.attributes["mode"] {
      guard let access = LibvirtAccess(rawValue: mode) else { throw .unknownBacking("access/mode", value: mode) }
      backing.access = access
    }
    if let mode = element.first("allocation")?.attributes["mode"] {
      guard ["immediate", "ondemand"].contains(mode) else { throw .unknownBacking("allocation/mode", value: mode) }
      backing.isAllocatedAtOnce = mode == "immediate"
    }
    if let text = element.first("allocation")?.attributes["threads"] {
      guard let count = LibvirtSize.number(text).flatMap({ UInt32(exactly: $0) }) else { throw .invalidThreadCount }
      backing.allocationThreads = count
    }
    backing.discards = element.first("discard") != nil
  }

  private mutating func readNodes(_ cells: [XMLElement]) throws(LibvirtRefusal) {
    guard !cells.isEmpty else { throw .noCells }
    nodes = [Node](repeating: Node(memory: 0), count: cells.count)
    for (index, cell) in cells.enumerated() {
      let id = try cell.number("id", as: UInt32.self).map(Int.init) ?? index
      guard id < cells.count else { throw .cellsNotContiguous }
      guard nodes[id].memory == 0 else { throw .duplicateCell(id) }
      nodes[id].memory = try LibvirtSize.kibibytes(
        cell.attributes["memory"], unit: cell.attributes["unit"], at: "./@memory", isRequired: true)
      nodes[id].access = try cell.choice("memAccess", of: LibvirtAccess.init(rawValue:))
      nodes[id].discards = try cell.yesOrNo("discard")
    }
  }
}
