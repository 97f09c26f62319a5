import Basics

/// A node of the guest's memory: `-numa node`.
package struct NUMANode: Equatable, Sendable {
  package var id: UInt32
  /// Indices of the CPUs that belong to it.
  package var processors: [ClosedRange<Int>] = []
  /// Bytes of RAM, where they are given by themselves.
  package var memory: UInt64?
  /// The backend that is the node's RAM.
  package var backend: String?
}

extension NUMANode {
  /// Reads the rest of a `-numa`; `next` is the node's number where none is given.
  init(_ reader: inout PropertyReader, next: UInt32) throws(ConfigurationError) {
    id = try reader.integer("nodeid") ?? next
    for text in try reader.texts("cpus") {
      guard let range = Self.range(text) else {
        throw reader.failure(.expected(parameter: "cpus", "a number or a range such as 0-3"))
      }
      processors.append(range)
    }
    memory = try reader.size("mem", unit: "M")
    backend = try reader.text("memdev")
  }

  private static func range(_ text: String) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
      return nil
    }
    return Int(first)...Int(last)
  }
}

extension MachineConfiguration {
  /// NUMA nodes of the guest: one where nothing is said of them.
  package var nodeCount: Int { max(1, nodes.count) }

  /// The node of each CPU. One that no node names is in the first, as in QEMU.
  package var processorNodes: [UInt32] {
    (0..<processors).map { index in nodes.first { $0.processors.contains { $0.contains(index) } }?.id ?? 0 }
  }

  /// Bytes of RAM of each node.
  package var nodeMemory: [UInt64] {
    guard !nodes.isEmpty else { return [memory.size] }
    return nodes.sorted { $0.id < $1.id }.map(memory(of:))
  }

  private func memory(of node: NUMANode) -> UInt64 {
    node.memory ?? backends.first { $0.id == node.backend }?.size ?? 0
  }

  /// Checks what all `-numa` say together; `argument` is the last of them.
  func checkNodes(_ argument: String) throws(ConfigurationError) {
    guard !nodes.isEmpty else { return }
    func fail(_ fact: ConfigurationError.NUMAFact) -> ConfigurationError { ConfigurationError(argument, .numa(fact)) }
    var used: Set<String> = []
    var assigned: [Int: UInt32] = [:]
    for (index, node) in nodes.sorted(by: { $0.id < $1.id }).enumerated() {
      guard node.id >= index else { throw fail(.duplicateNode(node.id)) }
      guard node.id == index else { throw fail(.missingNode(index)) }
      if let id = node.backend {
        guard backends.contains(where: { $0.id == id }) else { throw fail(.unknownBackend(id)) }
        guard used.insert(id).inserted else { throw fail(.backendUsedTwice(id)) }
      }
      for processor in node.processors.joined() {
        guard processor < processors else { throw fail(.noSuchProcessor(processor, count: processors)) }
        if let other = assigned.updateValue(node.id, forKey: processor) {
          throw fail(.processorAssigned(processor, node: other))
        }
      }
    }
    let total = nodeMemory.reduce(UInt64(0)) { $0.checkedSum($1) ?? .max }
    guard total == memory.size else { throw fail(.memoryDiffers(stored: total, expected: memory.size)) }
  }
}

extension ConfigurationError {
  /// What is wrong with the nodes.
  package enum NUMAFact: Equatable, Sendable {
    case duplicateNode(UInt32)
    case missingNode(Int)
    case unknownBackend(String)
    case backendUsedTwice(String)
    case noSuchProcessor(Int, count: Int)
    case processorAssigned(Int, node: UInt32)
    case memoryDiffers(stored: UInt64, expected: UInt64)
  }
}

extension ConfigurationError.NUMAFact: CustomStringConvertible {
  /// QEMU's words.
  package var description: String {
    switch self {
    case .duplicateNode(let id): "Duplicate NUMA nodeid: \(id)"
    case .missingNode(let id): "numa: Node ID missing: \(id)"
    case .unknownBackend(let id): "memdev=\(id) is ambiguous"
    case .backendUsedTwice(let id): "memory backend \(id) can't be used multiple times."
    case .noSuchProcessor(let index, let count): "CPU index (\(index)) should be smaller than maxcpus (\(count))"
    case .processorAssigned(_, let node): "CPU is already assigned to node-id: \(node)"
    case .memoryDiffers(let stored, let expected):
      "total memory for NUMA nodes (\(stored.hex)) should equal RAM size (\(expected.hex))"
    }
  }
}
