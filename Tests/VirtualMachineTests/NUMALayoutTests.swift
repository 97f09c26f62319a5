import Firmware
import Testing
import VirtualMachine

/// The division of RAM among nodes.
@Suite("NUMA layout")
struct NUMALayoutTests {
  @Test("RAM below and above the hole goes to the nodes in turn") func division() {
    let layout = NUMALayout(processors: [0, 1], memory: [3, 0, 5])
    #expect(
      layout.parts(of: [0..<4, 100..<104]) == [
        MemoryRange(base: 0, length: 3, node: 0), MemoryRange(base: 3, length: 1, node: 2),
        MemoryRange(base: 100, length: 4, node: 2),
      ])
    #expect(NUMALayout(processors: [0]).parts(of: [0..<4]) == [MemoryRange(base: 0, length: 4)])
    // If the nodes' sizes add up to less than the RAM, the last node gets the rest.
    #expect(
      NUMALayout(processors: [0], memory: [1, 1]).parts(of: [0..<4]) == [
        MemoryRange(base: 0, length: 1, node: 0), MemoryRange(base: 1, length: 3, node: 1),
      ])
  }
}
