import Basics

extension MachineStartup {
  private static let nodeLimit: UInt64 = 128

  /// Reads every `-numa`; distances, processors and caches are ignored.
  mutating func readNodes() throws(QEMUStop) {
    for options in command.nodes {
      try options.location.blamed { () throws(QEMUComplaint) in
        var reader = QEMUValueReader(options.list.dictionary, .options)
        if !isStrict { reader.obey(release) }
        let types = ["node", "dist", "cpu", "hmat-lb", "hmat-cache"]
        let type = try reader.required(reader.choice("type", of: types), "type")
        guard !isStrict || type == "node" else { throw .notAccepted(parameter: "type", value: type) }
        switch type {
        case "node": try readNode(&reader, options.list)
        case "dist" where since(2, 10): try readDistance(&reader)
        case "cpu" where since(2, 10): try readProcessor(&reader)
        case "hmat-lb" where since(5, 0), "hmat-cache" where since(5, 0): try readMemoryAttributes(&reader, type)
        default: break
        }
      }
    }
  }

  private mutating func readDistance(_ reader: inout QEMUValueReader) throws(QEMUComplaint) {
    let source = try reader.required(reader.unsigned("src", as: UInt16.self), "src")
    let destination = try reader.required(reader.unsigned("dst", as: UInt16.self), "dst")
    let distance = try reader.required(reader.unsigned("val", as: UInt8.self), "val")
    try reader.finish()
    for (key, node) in [("src", source), ("dst", destination)] where node >= Self.nodeLimit {
      throw .nodeOfDistance(parameter: key)
    }
    guard nodes[UInt64(source)] != nil, nodes[UInt64(destination)] != nil else { throw .distanceNode }
    guard distance >= 10 else { throw .distanceTooSmall(distance) }
    guard source != destination || distance == 10 else { throw .localDistance(source) }
    distances.insert([source, destination])
  }

  /// Reads a processor's node; the processor itself is ignored.
  private func readProcessor(_ reader: inout QEMUValueReader) throws(QEMUComplaint) {
    guard let node = try reader.signed("node-id") else { throw .noNodeOfProcessor }
    guard nodes[UInt64(bitPattern: node)] != nil else { throw .undefinedNode(node) }
  }

  /// Reads the options that `hmat=on` allows, and ignores them.
  private func readMemoryAttributes(_ reader: inout QEMUValueReader, _ type: String) throws(QEMUComplaint) {
    let keys =
      type == "hmat-lb"
      ? ["initiator", "target", "hierarchy", "data-type"]
      : ["node-id", "size", "level", "associativity", "policy", "line"]
    for key in keys { _ = try reader.required(reader.text(key), key) }
    guard hasMemoryAttributes else { throw .noMemoryAttributes }
  }

  private var hasMemoryAttributes: Bool { isOn("hmat") ?? false }

  /// Until 7.2 each node names the one whose processors reach it, if it has none itself. Source: QEMU
  /// `numa_validate_initiator`.
  mutating func checkInitiators() throws(QEMUStop) {
    guard hasMemoryAttributes, since(5, 0), !since(7, 2) else { return }
    // One processor is in the first node.
    guard let node = nodes.keys.sorted().dropFirst().first(where: { !initiators.contains($0) }) else { return }
    guard !command.countsProcessors, !hasProcessorNodes else {
      undescribed.append("the processors of nodes with hmat=on")
      return
    }
    throw complain(.noInitiator(node: node))
  }

  private mutating func readNode(_ reader: inout QEMUValueReader, _ list: OptionList) throws(QEMUComplaint) {
    if isStrict, let other = list.options.first(where: { !DialectKeys.node.contains($0.key) }) {
      throw .invalidParameter(other.key)
    }
    let given = try reader.unsigned("nodeid", as: UInt16.self)
    reader.ignore("cpus")
    if list.options.contains(where: { $0.key == "cpus" }) { hasProcessorNodes = true }
    let memory = try reader.size("mem")
    let backendPath = try reader.text("memdev")
    let hasInitiator = try reader.unsigned("initiator", as: UInt16.self) != nil
    reader.ignore("id")
    try reader.finish()
    let node = given.map(UInt64.init) ?? UInt64(nodes.count)
    guard node < Self.nodeLimit else { throw .tooManyNodes(node) }
    guard nodes[node] == nil else { throw .duplicateNode(node) }
    // Our own machine may have nodes of both kinds, but no node may be of both.
    let isMixed = isStrict ? false : !nodeBackends.isEmpty
    if memory != nil, isMixed || backendPath != nil { throw .nodeMemoryMixed }
    if backendPath != nil, hasNodeMemory, !isStrict { throw .nodeMemoryMixed }
    var size: UInt64 = 0
    if memory != nil {
      let isSupported = isStrict || machine.map { $0.isBefore(5, 1) } ?? false || !since(5, 1)
      guard isSupported else { throw .nodeMemoryUnsupported }
      hasNodeMemory = true
      let text = reader.dictionary["mem"]?.text ?? ""
      size = QEMUSize.bytes(text, unit: "M") ?? 0
    }
    if let backendPath {
      guard let backend = backend(at: backendPath) else { throw .ambiguousMemoryDevice(backendPath) }
      size = backend.option.backend.size ?? 0
      nodeBackends[node] = backend.option.backend.id
    }
    nodes[node] = size
    if hasInitiator { initiators.insert(node) }
    if isStrict { for option in list.options where option.key == "cpus" { try assign(option.value, to: node) } }
  }

  /// Assigns the CPUs of `text`, a number or a range, to `node`.
  private mutating func assign(_ text: String, to node: UInt64) throws(QEMUComplaint) {
    for index in try QEMUValueReader.numbers(in: text, "cpus") {
      guard index < processorCount else { throw .processorIndex(UInt64(index), limit: processorCount) }
      if let other = processorNodes.updateValue(node, forKey: UInt64(index)) {
        throw .strict(.processorAssigned(node: other))
      }
    }
  }

  /// Checks that, if a distance is given, every two nodes have one.
  private func checkDistances() throws(QEMUStop) {
    let numbers = nodes.keys.sorted()
    for (index, source) in numbers.enumerated() {
      for destination in numbers[(index + 1)...]
      where !distances.contains([UInt16(source), UInt16(destination)]) {
        throw complain(.distanceMissing(source, destination))
      }
    }
  }

  /// Completes the nodes. The declared ones must be numbered from 0 without gaps, and hold the whole RAM.
  mutating func completeNodes() throws(QEMUStop) {
    if nodes.isEmpty {
      // One node is implied by slots (and by any room for devices, since 5.1).
      let hasRoom = maximum ?? ram > ram
      if slots ?? 0 > 0 || hasRoom && since(5, 1) { nodes[0] = ram }
    }
    guard let highest = nodes.keys.max() else { return }
    if let missing = (0...highest).reversed().first(where: { nodes[$0] == nil }) {
      throw complain(.missingNode(Int(missing)))
    }
    let total = nodes.values.reduce(0, &+)
    guard total == ram else { throw complain(.nodeMemory(total: total, ram: ram)) }
    if !distances.isEmpty { try checkDistances() }
    prediction.populatedNodes = Set(nodes.filter { $0.value > 0 }.keys.map { UInt32($0) })
    guard !nodeBackends.isEmpty else { return }
    guard machineBackend == nil else { throw complain(.backendAndNodes) }
    for node in nodeBackends.keys.sorted() {
      guard let id = nodeBackends[node], prediction.usedBackends.insert(id).inserted else {
        throw complain(.backendUsedTwice(nodeBackends[node] ?? ""))
      }
    }
  }
}
