import Basics

/// The command line of the same machine for a start that does not touch the host. It has the machine, its memory,
/// nodes, memory backends and memory devices as described, with every file replaced, and nothing else.
package struct Rehearsal: Sendable {
  /// The arguments after the name of the program.
  package fileprivate(set) var arguments: [String] = []
  /// The parts of the description that would touch the host or depend on it.
  package fileprivate(set) var leftOut: [String] = []
  /// The backends that no stand-in file can replace.
  package fileprivate(set) var withoutStandIn: [String] = []
}

extension QEMUCommand {
  /// Returns the rehearsal of this command. `standIn` returns the path of the stand-in for the file at a path, `nil` if
  /// nothing can stand in for it.
  package func rehearsal(standIn: (String) -> String?) -> Rehearsal {
    var rehearsal = Rehearsal()
    rehearsal.add(machine: machine, hasMadeUpRoom: hasMadeUpRoom)
    for list in nodes.map(\.list) { rehearsal.arguments += ["-numa", list.dictionary.asOptionText(implied: nil)] }
    for global in globals where Self.rehearsedTypes.contains(global.driver) && global.property != "romfile" {
      rehearsal.arguments += [
        "-global", "driver=\(global.driver),property=\(global.property),value=\(global.value.doublingCommas)",
      ]
    }
    if let processorModel, !processorModel.contains("/") { rehearsal.arguments += ["-cpu", processorModel] }
    if !hasMadeUpRoom, !accelerators.allSatisfy({ $0 == "tcg" }) { rehearsal.leftOut.append("the accelerator") }
    if memoryPath != nil { rehearsal.leftOut.append("-mem-path") }
    if preallocatesMemory { rehearsal.leftOut.append("-mem-prealloc") }
    for object in objects where object.isBackend { rehearsal.add(object, standIn: standIn) }
    for device in devices { rehearsal.add(device) }
    return rehearsal
  }

  /// The types of objects that a rehearsal keeps.
  private static let rehearsedTypes: Set<String> = [
    "nvdimm", "pc-dimm", "virtio-pmem", "virtio-pmem-pci", "memory-backend-file", "memory-backend-ram",
    "memory-backend-memfd",
  ]
}

extension Rehearsal {
  /// Adds the machine's properties that determine its layout.
  fileprivate mutating func add(machine: QEMUDictionary, hasMadeUpRoom: Bool) {
    var kept = QEMUDictionary()
    for key in machine.keys {
      let rows = MachineProperty.rows(key.replacing("_", with: "-"))
      switch key {
      case "type", "nvdimm", "nvdimm-persistence", "max-ram-below-4g", "memory-backend", "smp": kept[key] = machine[key]
      case "memory":
        add(memory: QEMUDictionary(machine[key]?.members ?? []), hasMadeUpRoom: hasMadeUpRoom)
      case _ where rows.contains(where: \.value.saysOnlyItself): kept[key] = machine[key]
      default: leftOut.append("the machine's \(key)=")
      }
    }
    let text = kept.asOptionText(implied: "type")
    if !text.isEmpty { arguments += ["-machine", text] }
  }

  /// Adds the options of `-m`. Unlimited room for devices is cut down to what an emulated processor can address.
  private mutating func add(memory: QEMUDictionary, hasMadeUpRoom: Bool) {
    func text(_ key: String) -> String? {
      guard let text = memory[key]?.text else { return nil }
      // In `-m`, a bare number is in MiB.
      return key == "size" && text.utf8.allSatisfy { (48...57).contains($0) } ? text + "B" : text
    }
    let ram = memory["size"]?.text.flatMap { QEMUSize.bytes($0) } ?? Architecture.x86_64.defaultRAM
    let maximum = hasMadeUpRoom ? "\(ram + (512 << 30))" : text("max-size")
    let parts = [("size", text("size")), ("slots", text("slots")), ("maxmem", maximum)]
      .compactMap { key, value in value.map { "\(key)=\($0)" } }
    if !parts.isEmpty { arguments += ["-m", parts.joined(separator: ",")] }
  }

  fileprivate mutating func add(_ object: QEMUCommand.Object, standIn: (String) -> String?) {
    var properties = object.properties
    for key in Self.propertiesOfHost where properties[key] != nil {
      properties[key] = nil
      leftOut.append("\(object.id): \(key)=")
    }
    if let path = properties["mem-path"]?.text {
      if let other = standIn(path) { properties["mem-path"] = .text(other) } else { withoutStandIn.append(path) }
    }
    arguments += [
      "-object", object.isJSON ? properties.value.formatted(.line) : properties.asOptionText(implied: "qom-type"),
    ]
  }

  fileprivate mutating func add(_ device: QEMUCommand.Device) {
    guard let driver = device.properties["driver"]?.text, MemoryDevice.Kind(rawValue: driver) != nil else { return }
    var properties = device.properties
    for key in ["romfile", "bus"] where properties[key] != nil && driver == MemoryDevice.Kind.persistentMemory.rawValue
    {
      properties[key] = nil
      leftOut.append("\(driver): \(key)=")
    }
    arguments += [
      "-device", device.isJSON ? properties.value.formatted(.line) : properties.asOptionText(implied: "driver"),
    ]
  }

  /// The properties of a backend that depend on the host or use its memory.
  private static let propertiesOfHost = [
    "prealloc", "prealloc-threads", "prealloc-context", "host-nodes", "policy", "pmem", "hugetlb", "hugetlbsize",
  ]
}

extension MachineProperty.Value {
  /// Whether the value refers to nothing outside the machine.
  fileprivate var saysOnlyItself: Bool {
    switch self {
    case .boolean, .onOffAuto, .size, .integer: true
    case .any, .readOnly, .later, .guestSupport: false
    }
  }
}

extension QEMUDictionary {
  /// Returns the dictionary as option text: `pc,nvdimm=on`, with dots for nested dictionaries.
  fileprivate func asOptionText(implied: String?) -> String {
    let first = implied.flatMap { self[$0]?.text }.map { [$0.doublingCommas] } ?? []
    return (first + keys.filter { $0 != implied || first.isEmpty }.flatMap { key in Self.assignments(key, self[key]) })
      .joined(separator: ",")
  }

  private static func assignments(_ key: String, _ value: JSONValue?) -> [String] {
    switch value {
    case .object(let members)?: members.flatMap { assignments("\(key).\($0.key)", $0.value) }
    case .array(let items)?: items.enumerated().flatMap { assignments("\(key).\($0)", $1) }
    case let other?: other.text.map { ["\(key)=\($0.doublingCommas)"] } ?? []
    case nil: []
    }
  }
}

extension String {
  fileprivate var doublingCommas: String { replacing(",", with: ",,") }
}
