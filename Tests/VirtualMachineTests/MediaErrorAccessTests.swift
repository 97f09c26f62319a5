import Firmware
import Foundation
import Glibc
import PersistentMemory
import Storage
import Synchronization
import SystemPackage
import TestSupport
import Testing
import VirtualMachine

/// What a CPU gets that reads and writes where an NVDIMM has media errors.
@Suite("Access to media errors", .needsKVM)
struct MediaErrorAccessTests {
  private static let address: UInt64 = 1 << 32
  private static let size: UInt64 = 4 << 20
  private static let error: UInt64 = 0x1100

  /// Hardware with an NVDIMM full of 0x11, of which the line at 0x1100 cannot be read.
  private func hardware(durability: Durability = .none) throws -> GuestHardware {
    let mapping = try MemoryMapping(zeroes: Int(Self.size))
    let isWritten = mapping.write([UInt8](repeating: 0x11, count: 0x4000), at: 0)
    try #require(isWritten)
    let condition = HeldCondition()
    _ = try condition.change { $0.errors.insert(Self.error..<Self.error + 1) }
    let dimm = DIMM(
      slot: 0, address: Self.address, geometry: try BackendGeometry(mappedSize: Self.size, labelSize: 0),
      mapping: mapping, durability: durability, condition: condition)
    return try GuestHardware(memory: 16 << 20, dimms: [dimm], slots: 1)
  }

  /// The register with the address of a memory error: MC4_ADDR or MC9_ADDR.
  private func addressRegister() throws -> UInt32 {
    switch try KVMSystem().supportedCPUID().machineCheckForm {
    case .amd: 0x412
    case .intel: 0x426
    }
  }

  private static func read(_ guest: inout Payload, _ offset: UInt64) {
    guest.load(from: address + offset)
    guest.outLoaded(to: 0x3f8)
  }

  /// What the handler sends of an error at `offset`, with `count` in RCX; then what is in the place of the byte read.
  private static func check(_ offset: UInt64, count: UInt16 = 0) -> [UInt8] {
    [UInt8(ascii: "M")] + (0..<3).map { UInt8(truncatingIfNeeded: offset >> ($0 * 8)) }
      + [UInt8(truncatingIfNeeded: count), UInt8(count >> 8)]
  }

  @Test("a read of a bad line is a machine check at that instruction; the rest of the page is there")
  func reads() throws {
    let register = try addressRegister()
    let run = try GuestRun(
      .with { guest in
        guest.handleMachineChecks(addressRegister: register)
        guest.code(0x31, 0xc9)  // xor ecx, ecx
        for offset in [0x10ff, 0x1100, 0x11ff, 0x1200, 0x1000, 0x1fff, 0x2000, 0x0fff] as [UInt64] {
          Self.read(&guest, offset)
        }
        guest.powerOff()
      }, on: try hardware(), seconds: 60)
    #expect(run.ending == .poweredOff)
    let unread = [Payload.unread]
    let good: [UInt8] = [0x11]
    #expect(
      run.output == good + Self.check(0x1100) + unread + Self.check(0x11ff) + unread + good + good + good + good + good)
  }

  @Test("a copy stops at the bad line, with what it has copied")
  func copy() throws {
    let register = try addressRegister()
    let run = try GuestRun(
      .with { guest in
        guest.handleMachineChecks(addressRegister: register)
        guest.copy(0x123, from: Self.address + 0x10f0, to: 0x30_0000)
        guest.load(from: 0x30_000f)
        guest.outLoaded(to: 0x3f8)
        guest.load(from: 0x30_0011)
        guest.outLoaded(to: 0x3f8)
        guest.powerOff()
      }, on: try hardware(), seconds: 60)
    #expect(run.ending == .poweredOff)
    #expect(run.output == Self.check(0x1100, count: 0x113) + [0x11, 0])
  }

  @Test("a write is taken and mends nothing; if writes are flushed, it is one of them")
  func writes() throws {
    let register = try addressRegister()
    let hardware = try hardware(durability: .onFlush)
    let run = try GuestRun(
      .with { guest in
        guest.handleMachineChecks(addressRegister: register)
        guest.code(0x31, 0xc9)  // xor ecx, ecx
        guest.store(0x2222_2222, at: Self.address + 0x1100)
        guest.store(0x3333_3333, at: Self.address + 0x1200)
        guest.store(0x4444_4444, at: Self.address + 0x2000)
        guest.store(0x5555_5555, at: Self.address + 70 * 0x1000)
        for offset in [0x1100, 0x1200, 0x2000] as [UInt64] { Self.read(&guest, offset) }
        guest.powerOff()
      }, on: hardware, seconds: 60)
    #expect(run.ending == .poweredOff)
    #expect(run.output == Self.check(0x1100) + [Payload.unread, 0x33, 0x44])
    #expect(hardware.dimms[0].unflushedSize == 3 * 0x1000)
  }

  @Test("a guest without machine checks reads what is there, which is told once")
  func withoutMachineChecks() throws {
    let hardware = try hardware()
    let events = Mutex<[MachineEvent]>([])
    hardware.connect { event in events.withLock { $0.append(event) } }
    let run = try GuestRun(
      .with { guest in
        for offset in [0x1100, 0x1200, 0x1100] as [UInt64] { Self.read(&guest, offset) }
        guest.powerOff()
      }, on: hardware, seconds: 60)
    #expect(run.ending == .poweredOff)
    #expect(run.output == [0x11, 0x11, 0x11])
    #expect(events.withLock { $0 } == [.errorsHidden(slot: 0, .noMachineChecks)])
  }

  @Test("errors that are injected and cleared while the guest runs count from then on", arguments: [false, true])
  func changes(hasOtherCPU: Bool) throws {
    let register = try addressRegister()
    let condition = HeldCondition()
    let mapping = try MemoryMapping(zeroes: Int(Self.size))
    let dimm = DIMM(
      slot: 0, address: Self.address, geometry: try BackendGeometry(mappedSize: Self.size, labelSize: 0),
      mapping: mapping, condition: condition)
    let hardware = try GuestHardware(
      memory: 16 << 20, nodes: NUMALayout(processors: hasOtherCPU ? [0, 0] : [0]), dimms: [dimm], slots: 1)
    let payload = Payload.with { guest in
      guest.handleMachineChecks(addressRegister: register)
      // Real mode does nothing but run, so that there is a CPU to hold.
      if hasOtherCPU {
        guest.store(0xfeeb, at: 0x8000)
        guest.store(0xc4500, at: 0xfee0_0300)
        guest.store(0xc4608, at: 0xfee0_0300)
      }
      guest.code(0x31, 0xc9)  // xor ecx, ecx
      for _ in 0..<3 {
        Self.read(&guest, 0x1000)
        Self.read(&guest, 0x3000)
        guest.waitForInput()
        guest.in(from: 0x3f8)
      }
      guest.powerOff()
    }
    let output = Mutex<[UInt8]>([])
    let machine = try Machine(hardware, KVMSystem(), program: FlatProgram(payload.code)) { byte in
      output.withLock { $0.append(byte) }
    }
    try machine.start()
    func expect(_ expected: [UInt8]) {
      let end = ContinuousClock.now + .seconds(60)
      while output.withLock({ $0.count }) < expected.count, machine.ending.ending == nil, ContinuousClock.now < end {
        usleep(1000)
      }
      #expect(output.withLock { $0 } == expected)
    }
    var expected: [UInt8] = [0, 0]
    expect(expected)
    for range: Range<UInt64> in [0x1000..<0x1001, 0x3000..<0x3200, 0x20_0000..<0x20_0001] {
      try machine.perform(.injectErrors(range, isTold: false), slot: 0)
    }
    machine.serial.receive([1])
    expected += Self.check(0x1000) + [Payload.unread] + Self.check(0x3000) + [Payload.unread]
    expect(expected)
    try machine.perform(.clearErrors(0x1000..<0x1100), slot: 0)
    machine.serial.receive([1])
    expected += [0] + Self.check(0x3000) + [Payload.unread]
    expect(expected)
    machine.serial.receive([1])
    var waiting = pollfd(fd: machine.ending.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&waiting, 1, 60_000)
    #expect(machine.stop() == .poweredOff)
  }
}
