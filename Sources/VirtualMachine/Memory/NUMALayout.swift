package import Firmware

/// How RAM and CPUs are divided among the guest's nodes.
package struct NUMALayout: Sendable {
  /// The node of each CPU.
  package let processors: [UInt32]
  /// Bytes of RAM of each node; they lie one after the other.
  package let memory: [UInt64]

  package init(processors: [UInt32], memory: [UInt64] = []) {
    self.processors = processors
    self.memory = memory
  }

  /// The parts of `ranges`, where the guest sees its RAM, that belong to one node each.
  package func parts(of ranges: [Range<UInt64>]) -> [MemoryRange] {
    var parts: [MemoryRange] = []
    var left = memory.isEmpty ? [UInt64.max] : memory
    var node = 0
    for range in ranges {
      var start = range.lowerBound
      while start < range.upperBound {
        while node < left.count - 1, left[node] == 0 { node += 1 }
        // The last node has what is left.
        let length = node == left.count - 1 ? range.upperBound - start : min(left[node], range.upperBound - start)
        parts.append(MemoryRange(base: start, length: length, node: UInt32(node)))
        start += length
        left[node] -= min(left[node], length)
      }
    }
    return parts
  }
}
