import Basics
import CKVM
import Storage
import SystemPackage
import Testing
import VirtualMachine

/// The owned handles of the KVM module on the machine's own KVM, with payloads of a few instructions in real mode.
@Suite("KVM handles", .needsKVM)
struct KVMTests {
  /// A machine with one page of memory at 0x1000 that holds `payload`, and a CPU about to run it in real mode.
  struct Bench: ~Copyable {
    // Fields are destroyed in the order of declaration: the CPU before the machine, the machine before its memory.
    var cpu: KVMCPU
    let machine: KVMMachine
    let memory: MemoryMapping

    init(_ payload: [UInt8], readOnly: Bool = false) throws {
      let memory = try MemoryMapping(zeroes: 0x1000)
      let isWritten = memory.write(payload, at: 0)
      try #require(isWritten)
      let machine = try KVMSystem().makeMachine()
      try machine.setMemory(slot: 0, address: 0x1000, mapping: memory, size: 0x1000, readOnly: readOnly)
      var cpu = try machine.makeCPU(id: 0)
      var special = try cpu.specialRegisters()
      special.cs.base = 0
      special.cs.selector = 0
      try cpu.setSpecialRegisters(special)
      var registers = kvm_regs()
      registers.rip = 0x1000
      registers.rflags = 2
      registers.rax = 0x1234_5678
      try cpu.setRegisters(registers)
      self.memory = memory
      self.machine = machine
      self.cpu = cpu
    }
  }

  @Test("a write to a port exits with its width and value")
  func portWrite() throws {
    // mov dx, 0x3f8; out dx, al; out dx, ax; out dx, eax; hlt
    var bench = try Bench([0xba, 0xf8, 0x03, 0xee, 0xef, 0x66, 0xef, 0xf4])
    for (width, value) in [(1, UInt32(0x78)), (2, 0x5678), (4, 0x1234_5678)] {
      guard case .portWrite(let access) = try bench.cpu.run() else { throw Unexpected() }
      #expect(access.port == 0x3f8)
      #expect(access.width == width)
      #expect(access.count == 1)
      let written = bench.cpu.value(of: access)
      #expect(written == value)
    }
    let end = try bench.cpu.run()
    #expect(end == .halted)
  }

  @Test("a string instruction's items all arrive")
  func stringWrite() throws {
    // mov dx, 0x3f8; mov si, 0x100c; mov cx, 3; rep outsb; hlt; "abc"
    var bench = try Bench([
      0xba, 0xf8, 0x03, 0xbe, 0x0c, 0x10, 0xb9, 0x03, 0x00, 0xf3, 0x6e, 0xf4, 0x61, 0x62, 0x63,
    ])
    var seen: [UInt32] = []
    while true {
      let exit = try bench.cpu.run()
      guard case .portWrite(let access) = exit else {
        #expect(exit == .halted)
        break
      }
      seen += (0..<access.count).map { bench.cpu.value(of: access, at: $0) }
    }
    #expect(seen == [0x61, 0x62, 0x63])
  }

  @Test("a read of a port gets the answer")
  func portRead() throws {
    // mov dx, 0x60; in al, dx; mov [0x1100], al; hlt
    var bench = try Bench([0xba, 0x60, 0x00, 0xec, 0xa2, 0x00, 0x11, 0xf4])
    guard case .portRead(let access) = try bench.cpu.run() else { throw Unexpected() }
    bench.cpu.answer(access, with: 0x5a)
    let end = try bench.cpu.run()
    let stored = bench.memory.read(at: 0x100, count: 1)
    #expect(end == .halted)
    #expect(stored == [0x5a])
  }

  @Test("accesses without memory behind them exit with address and value")
  func memoryAccess() throws {
    // mov [0x8000], eax; mov eax, [0x9000]; mov [0x1100], eax; hlt
    var bench = try Bench([
      0x66, 0xa3, 0x00, 0x80, 0x66, 0xa1, 0x00, 0x90, 0x66, 0xa3, 0x00, 0x11, 0xf4,
    ])
    var exits = [try bench.cpu.run(), try bench.cpu.run()]
    bench.cpu.answerMemoryRead(with: 0xcafe_babe)
    exits.append(try bench.cpu.run())
    let stored = bench.memory.read(at: 0x100, count: 4)
    #expect(
      exits == [
        .memoryWrite(address: 0x8000, width: 4, value: 0x1234_5678), .memoryRead(address: 0x9000, width: 4), .halted,
      ])
    #expect(stored == [0xbe, 0xba, 0xfe, 0xca])
  }

  @Test("a write to read-only memory exits and changes nothing")
  func readOnlyMemory() throws {
    // mov [0x1100], al; hlt
    var bench = try Bench([0xa2, 0x00, 0x11, 0xf4], readOnly: true)
    let exits = [try bench.cpu.run(), try bench.cpu.run()]
    let stored = bench.memory.read(at: 0x100, count: 1)
    #expect(exits == [.memoryWrite(address: 0x1100, width: 1, value: 0x78), .halted])
    #expect(stored == [0])
  }

  @Test("a requested exit is taken before the guest runs")
  func requestedExit() throws {
    var bench = try Bench([0xf4])
    bench.cpu.exitRequest.send()
    let exit = try bench.cpu.run()
    #expect(exit == .interrupted)
  }

  @Test("each CPU sees its own APIC id, one core a package and the TSC deadline timer")
  func topology() throws {
    let table = try KVMSystem().supportedCPUID().forCPU(apicID: 3, of: 4)
    let features = try #require(table[1])
    #expect(features.ebx >> 24 == 3)
    #expect(features.ecx & (1 << 24) != 0)
    #expect(features.ecx & (1 << 31) != 0)
    if let topology = table[0xb] { #expect(topology.edx == 3) }
    #expect((36...52).contains(table.physicalAddressBits))
  }

  @Test("a CPU that is to show no hypervisor shows none, and is told how fast its clock is")
  func hidden() throws {
    let system = try KVMSystem()
    let model = try #require(ProcessorModel("host,-hypervisor"))
    let table = try system.supportedCPUID().forCPU(apicID: 0, of: 1, model)
    #expect(try #require(table[1]).ecx & (1 << 31) == 0)
    #expect(try system.supportedCPUID()[0x4000_0000] != nil)
    #expect(table[0x4000_0000] == nil)
    #expect(table[0x4000_0001] == nil)
    #expect(try system.clockFrequency() > 100_000)
  }

  @Test(
    "what -cpu asks for",
    arguments: [
      ("host", true), ("max", true), ("host,-hypervisor", false), ("max,hypervisor=off", false),
      ("host,-hypervisor,+hypervisor", true), ("host,hypervisor=on", true), ("host,hypervisor", true),
      ("host,hypervisor=maybe", nil), ("host,", nil), ("host,-avx", nil), ("qemu64", nil), ("", nil),
      ("-hypervisor", nil),
    ] as [(String, Bool?)])
  func model(words: String, showsHypervisor: Bool?) {
    #expect(ProcessorModel(words)?.showsHypervisor == showsHypervisor)
  }

  struct Unexpected: Error {}
}

/// Messages for when KVM cannot be used; these tests need no KVM themselves.
@Suite("KVM that cannot be used")
struct KVMErrorTests {
  @Test func absent() {
    let error = #expect(throws: KVMError.absent(path: "/dev/no-kvm")) { _ = try KVMSystem(path: "/dev/no-kvm") }
    #expect(error?.hint?.description.hasPrefix("sudo modprobe kvm-") == true)
    #expect(error?.path == "/dev/no-kvm")
  }

  @Test("a device that is not KVM is no KVM")
  func anotherDevice() {
    #expect(throws: KVMError.unusable(path: "/dev/null", .init(rawValue: 25))) { _ = try KVMSystem(path: "/dev/null") }
  }
}

/// Mappings, which hold the guest's memory.
@Suite("Memory mappings")
struct MemoryMappingTests {
  @Test(arguments: [0x1000, 0x20_0000, 0x4000_0000])
  func alignment(of alignment: Int) throws {
    let mapping = try MemoryMapping(zeroes: 0x3000, alignment: alignment)
    let misalignment = Int(bitPattern: unsafe mapping.base) % alignment
    let isWritten = mapping.write([1, 2, 3], at: 0x2ffd)
    let stored = mapping.read(at: 0x2ffc, count: 4)
    #expect(misalignment == 0)
    #expect(isWritten)
    #expect(stored == [0, 1, 2, 3])
  }

  @Test(
    "nothing outside a mapping can be named",
    arguments: [(-1, 1), (0x1000, 1), (0, 0x1001), (1, Int.max), (Int.max, 1), (0, -1)])
  func bounds(offset: Int, count: Int) throws {
    let mapping = try MemoryMapping(zeroes: 0x1000)
    let bytes = mapping.read(at: offset, count: count)
    #expect(bytes == nil)
    guard count == 1 else { return }
    let isWritten = mapping.write([0xff], at: offset)
    #expect(!isWritten)
  }

  @Test("what is discarded reads as zeroes")
  func discard() throws {
    let mapping = try MemoryMapping(zeroes: 0x2000)
    let isWritten = mapping.write([7], at: 0x1000)
    try mapping.discard()
    let stored = mapping.read(at: 0x1000, count: 1)
    #expect(isWritten)
    #expect(stored == [0])
  }
}
