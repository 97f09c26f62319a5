/// A range of guest physical memory and the proximity domain it belongs to.
package struct MemoryRange: Sendable, Equatable {
  package let base: UInt64
  package let length: UInt64
  package let node: UInt32

  package init(base: UInt64, length: UInt64, node: UInt32 = 0) {
    self.base = base
    self.length = length
    self.node = node
  }
}
