import QEMU
import Testing

/// `-numa`, with QEMU's messages about nodes that do not fit together.
@Suite("NUMA nodes")
struct NUMANodeTests {
  private static let backends =
    "-m 256M,slots=2,maxmem=1G -smp 4 -object memory-backend-ram,id=r0,size=128M "
    + "-object memory-backend-ram,id=r1,size=128M "

  private func machine(_ options: String) throws -> JudgedMachine { try JudgedMachine(Self.backends + options) }

  @Test("CPUs and RAM belong to the nodes that name them, in whatever order") func nodes() throws {
    let machine = try machine(
      "-numa node,nodeid=1,memdev=r0,cpus=0,cpus=2-3 -numa node,nodeid=0,mem=128")
    #expect(machine.startup.nodesOfProcessors == [1, 0, 1, 1])
    #expect(machine.startup.nodeMemory == [128 << 20, 128 << 20])
    let plain = try self.machine("")
    #expect(plain.startup.nodesOfProcessors == [0, 0, 0, 0])
    #expect(plain.startup.nodeMemory == [256 << 20])
  }

  static let refusals: [(String, String)] = [
    ("-numa node -numa node", "total memory for NUMA nodes (0x0) should equal RAM size (0x10000000)"),
    ("-numa node,memdev=r0", "total memory for NUMA nodes (0x8000000) should equal RAM size (0x10000000)"),
    ("-numa node,nodeid=2,memdev=r0 -numa node,nodeid=0,memdev=r1", "numa: Node ID missing: 1"),
    ("-numa node,nodeid=0,memdev=r0 -numa node,nodeid=0,memdev=r1", "Duplicate NUMA nodeid: 0"),
    ("-numa node,memdev=r0,cpus=7 -numa node,memdev=r1", "CPU index (7) should be smaller than maxcpus (4)"),
    ("-numa node,memdev=r0,cpus=0 -numa node,memdev=r1,cpus=0", "CPU is already assigned to node-id: 0"),
    ("-numa node,memdev=r0 -numa node,memdev=r0", "memory backend r0 can't be used multiple times."),
    ("-numa node,memdev=r9", "memdev=r9 is ambiguous"),
    ("-numa foo", "Parameter 'type' does not accept value 'foo'"),
    ("-numa node,memdev=r0,cpus=3-1 -numa node,memdev=r1", "Parameter 'cpus' expects a uint64 value or range"),
    (
      "-machine pc,nvdimm -numa node,memdev=r0 -numa node,memdev=r1 -device nvdimm,memdev=r0",
      "can't use already busy memdev: r0"
    ),
  ]

  @Test("what does not fit together is refused in QEMU's words", arguments: refusals)
  func refusal(options: String, message: String) {
    let stop = #expect(throws: QEMUStop.self) { try machine(options) }
    #expect(stop?.message?.hasSuffix(": \(message)") == true, "\(String(describing: stop))")
  }

  @Test("QEMU is told the same") func qemu() throws {
    let machine = try machine("-numa node,memdev=r0,cpus=0-1 -numa node,memdev=r1,cpus=2-3")
    let words = machine.qemuArguments
    let values = zip(words, words.dropFirst()).filter { $0.0 == "-numa" }.map(\.1)
    #expect(values == ["type=node,memdev=r0,cpus=0-1", "type=node,memdev=r1,cpus=2-3"])
  }
}
