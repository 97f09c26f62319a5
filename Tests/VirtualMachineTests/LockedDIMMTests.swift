import Basics
import Firmware
import Foundation
import PersistentMemory
import Storage
import SystemPackage
import TestSupport
import Testing
import VirtualMachine

/// The lock of a DIMM, as seen by the guest and in the file.
@Suite("Locked DIMM", .needsKVM)
struct LockedDIMMTests {
  private static let address: UInt64 = 1 << 32
  private static let mappedSize = 4 << 20
  private static let labelSize = 128 << 10
  /// The file continues behind its mapped part.
  private static let fileSize = mappedSize + 4096

  private let folder: TemporaryDirectory
  private let condition = HeldCondition()

  init() throws { folder = try TemporaryDirectory() }

  private var url: URL { folder.url.appendingPathComponent("nv.img") }

  /// Makes a DIMM on a file in which every byte is 0x11. If `isHeld`, the DIMM has the file and not only the mapping;
  /// if `isCached`, the guest's writes reach the file when they are flushed.
  private func dimm(isHeld: Bool = false, isCached: Bool = false) throws -> DIMM {
    try Data(repeating: 0x11, count: Self.fileSize).write(to: url)
    let backend = try Backend(path: FilePath(url.path), access: .readWrite)
    let mapping = try MemoryMapping(file: backend.descriptor, size: Self.mappedSize, shared: !isCached)
    return DIMM(
      slot: 0, address: Self.address,
      geometry: try BackendGeometry(mappedSize: UInt64(Self.mappedSize), labelSize: UInt64(Self.labelSize)),
      mapping: mapping, durability: isCached ? .onFlush : .pageCache, file: isHeld ? HeldBackend(backend) : nil,
      condition: condition)
  }

  private static func request(_ function: UInt32, _ argument: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in [1, 0, function, 2] { bytes.append(littleEndian: word) }
    return bytes + argument
  }

  /// Makes the guest call a function of `_DSM` and send the low byte of its status.
  private static func call(_ guest: inout Payload, _ function: UInt32, _ argument: [UInt8]) {
    let request = request(function, argument)
    for offset in stride(from: 0, to: request.count, by: 4) {
      guest.store(request.load(UInt32.self, at: offset), at: GuestPlatform.methodWindow.lowerBound + UInt64(offset))
    }
    guest.out32(UInt32(request.count), to: GuestPlatform.methodDoorbellPort)
    send(&guest, GuestPlatform.methodWindow.lowerBound + 16)
  }

  private static func send(_ guest: inout Payload, _ address: UInt64) {
    guest.load(from: address)
    guest.outLoaded(to: 0x3f8)
  }

  private static func passphrase(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

  @Test("a guest reaches nothing of a locked DIMM until it unlocks it; each start locks it again")
  func lock() throws {
    let hardware = try GuestHardware(memory: 16 << 20, dimms: [try dimm()], slots: 1)
    let first = try GuestRun(
      .with { guest in
        Self.call(&guest, 20, Self.passphrase(0) + Self.passphrase(7))
        Self.send(&guest, Self.address)
        guest.powerOff()
      }, on: hardware)
    #expect(first.output == [0, 0x11])
    for _ in 0..<2 {
      let next = try GuestRun(
        .with { guest in
          guest.store(0x2222_2222, at: Self.address)
          Self.send(&guest, Self.address)
          Self.call(&guest, 22, Self.passphrase(8))
          Self.send(&guest, Self.address)
          Self.call(&guest, 22, Self.passphrase(7))
          Self.send(&guest, Self.address)
          guest.store(0x1111_1111, at: Self.address)
          Self.call(&guest, 23, [])
          Self.call(&guest, 21, Self.passphrase(7))
          guest.powerOff()
        }, on: hardware)
      #expect(next.output == [0xff, 11, 0xff, 0, 0x11, 0, 10])
      #expect(try Data(contentsOf: url).allSatisfy { $0 == 0x11 })
    }
  }

  private func call(_ hardware: GuestHardware, _ machine: Machine, _ function: UInt32, _ argument: [UInt8] = [])
    -> UInt32?
  {
    let request = Self.request(function, argument)
    hardware.placeRequest(request)
    machine.ports.write(UInt32(request.count), width: 4, to: GuestPlatform.methodDoorbellPort)
    return hardware.response(count: 20)?.load(UInt32.self, at: 16)
  }

  /// Returns whether the region, the labels and the bytes behind them are zero in the file; `nil` for a part that is
  /// neither zero nor unchanged.
  private func zeroParts() throws -> [Bool?] {
    let bytes = [UInt8](try Data(contentsOf: url))
    guard bytes.count == Self.fileSize else { return [] }
    let parts = [0, Self.mappedSize - Self.labelSize, Self.mappedSize, Self.fileSize]
    return zip(parts, parts.dropFirst()).map { start, end in
      if bytes[start..<end].allSatisfy({ $0 == 0 }) { return true }
      return bytes[start..<end].allSatisfy { $0 == 0x11 } ? false : nil
    }
  }

  @Test(
    "a secure erasure leaves labels, an overwrite does not, and neither reaches what is behind them",
    arguments: [(true, false), (false, false), (true, true)])
  func erase(isHeld: Bool, isCached: Bool) throws {
    for isOverwrite in [false, true] {
      let hardware = try GuestHardware(
        memory: 16 << 20, dimms: [try dimm(isHeld: isHeld, isCached: isCached)], slots: 1)
      let machine = try Machine(hardware, KVMSystem(), program: FlatProgram([0xf4])) { _ in }
      #expect(call(hardware, machine, 20, Self.passphrase(0) + Self.passphrase(7)) == 0)
      #expect(call(hardware, machine, isOverwrite ? 25 : 24, Self.passphrase(8)) == 11)
      #expect(try zeroParts() == [false, false, false])
      #expect(call(hardware, machine, isOverwrite ? 25 : 24, Self.passphrase(7)) == 0)
      // This takes as long as the host needs.
      while isOverwrite, call(hardware, machine, 26) == 0x1_0007 { usleep(1000) }
      #expect(call(hardware, machine, 26) == (isOverwrite ? 0 : 0x2_0007))
      #expect(try zeroParts() == [true, isOverwrite, false])
      #expect(condition.value.security.state == .disabled)
    }
  }

  @Test("what is fully allocated stays so") func allocation() throws {
    let hardware = try GuestHardware(memory: 16 << 20, dimms: [try dimm(isHeld: true)], slots: 1)
    let machine = try Machine(hardware, KVMSystem(), program: FlatProgram([0xf4])) { _ in }
    func blocks() throws -> Int { Int(try FilePath(url.path).stat().blocksAllocated) }
    let before = try blocks()
    #expect(call(hardware, machine, 24, Self.passphrase(0)) == 0)
    #expect(try zeroParts() == [true, false, false])
    #expect(try blocks() >= before)
  }

  @Test(
    "an erasure that was cut off ends before the next guest begins",
    arguments: [DIMMSecurity.Erasure.region, .everything])
  func cutOff(erasure: DIMMSecurity.Erasure) throws {
    let dimm = try dimm(isHeld: true)
    let kept = DIMMSecurity(
      user: DIMMSecurity.Secret(Self.passphrase(7)), master: nil, isLocked: false, isFrozen: false, erasure: erasure)
    try condition.change { $0.security = kept }
    let hardware = try GuestHardware(memory: 16 << 20, dimms: [dimm], slots: 1)
    let run = try GuestRun(
      .with { guest in
        Self.send(&guest, Self.address)
        Self.call(&guest, 19, [])
        Self.send(&guest, GuestPlatform.methodWindow.lowerBound + 24)
        guest.powerOff()
      }, on: hardware)
    #expect(run.output == [0, 0, 0])
    #expect(try zeroParts() == [true, erasure == .everything, false])
  }

  @Test("after its guest's end nothing of a DIMM changes any more") func end() throws {
    let dimm = try dimm()
    try dimm.shutDown()
    #expect(throws: StorageFailure.failed) { try condition.change { $0.health.shutDownUnsafely() } }
  }
}
