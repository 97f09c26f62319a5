import Foundation
import HostResources
import KVM
import SystemPackage
import TestSupport
import Testing
import VNVDIMMCore
import VirtualMachine

/// Everything that a hostile guest can do to the devices: any port, any width, any address, any request in the label
/// window. None of it may trap, and none may reach bytes of the backend that are not labels.
@Suite("Fuzz of the devices", .needsKVM)
struct DeviceFuzzTests {
  private static let size: UInt64 = 1 << 20
  private static let labelSize: UInt64 = 128 << 10

  private let folder: TemporaryDirectory
  private let hardware: GuestHardware
  private let machine: Machine

  init() throws {
    folder = try TemporaryDirectory()
    let file = try FileDescriptor.open(
      FilePath(folder.path("nv.img")), .readWrite, options: .create, permissions: [.ownerReadWrite])
    defer { try? file.close() }
    try file.resize(to: Int64(Self.size))
    let dimm = DIMM(
      slot: 0, address: 1 << 32, geometry: try BackendGeometry(mappedSize: Self.size, labelSize: Self.labelSize),
      mapping: try MemoryMapping(file: file, size: Int(Self.size), shared: true), durability: .pageCache,
      hasFlushHint: true)
    hardware = try GuestHardware(memory: 16 << 20, dimms: [dimm], slots: 2)
    machine = try Machine(hardware, KVMSystem(), program: FlatProgram([0xf4]), report: StatusReport()) { _ in }
  }

  private static func number(_ random: inout SeededGenerator) -> UInt32 {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: UInt32.random(in: 0...8, using: &random)
    case 1: [0, 16, 0x1_0000, 0x1_0020, 0x1_0021, 0x2_0000, 0x7fff_ffff, .max].randomElement(using: &random) ?? 0
    default: UInt32.random(in: 0...(.max), using: &random) >> UInt32.random(in: 0...31, using: &random)
    }
  }

  @Test("ports") func ports() throws {
    var random = SeededGenerator(fuzzing: "ports")
    let known: [ClosedRange<UInt16>] = [
      GuestPlatform.serialPorts, GuestPlatform.secondSerialPorts,
      GuestPlatform.labelDoorbellPort - 2...GuestPlatform.resetPort + 2,
    ]
    for _ in 0..<SeededGenerator.count(default: 5000, optimized: 100_000) {
      let port =
        Bool.random(using: &random)
        ? UInt16.random(in: 0...(.max), using: &random)
        : UInt16.random(in: known.randomElement(using: &random) ?? known[0], using: &random)
      let width = [1, 2, 4].randomElement(using: &random) ?? 1
      if Bool.random(using: &random) {
        machine.ports.write(Self.number(&random), width: width, to: port)
      } else {
        _ = machine.ports.read(width: width, from: port)
      }
    }
  }

  @Test("addresses without memory") func addresses() throws {
    var random = SeededGenerator(fuzzing: "addresses")
    for _ in 0..<SeededGenerator.count(default: 5000, optimized: 100_000) {
      // Most of them in the pages of the flush hints, and few in that of the one NVDIMM: it really synchronises.
      let address =
        switch Int.random(in: 0..<8, using: &random) {
        case 0: UInt64.random(in: 0...(.max), using: &random)
        case 1: UInt64.random(in: 0xfe00_0000..<0x1_0000_0000, using: &random)
        default: UInt64.random(in: GuestPlatform.flushHints, using: &random)
        }
      machine.writeMemory(at: address)
    }
  }

  @Test("requests in the label window") func requests() throws {
    var random = SeededGenerator(fuzzing: "label window")
    let region = Int(Self.size - Self.labelSize)
    let backend = URL(fileURLWithPath: folder.path("nv.img"))
    let before = try Data(contentsOf: backend).prefix(region)
    for _ in 0..<SeededGenerator.count(default: 2000, optimized: 20_000) {
      let words = (0..<12).map { _ in Self.number(&random) }
      // Handle 1, a method that there is, and an offset and a length that may fit: half of the requests are close.
      var request = words
      if Bool.random(using: &random) {
        request[0] = 1
        request[1] = UInt32.random(in: 0...5, using: &random)
        (request[5], request[7]) = (0, 0)
      }
      var bytes: [UInt8] = []
      for word in request { bytes.append(littleEndian: word) }
      hardware.placeRequest(bytes)
      let length = Bool.random(using: &random) ? UInt32(bytes.count) : Self.number(&random)
      machine.ports.write(length, width: 4, to: GuestPlatform.labelDoorbellPort)
    }
    #expect(try Data(contentsOf: backend).prefix(region) == before)
    #expect(try Data(contentsOf: backend).count == Int(Self.size))
  }
}
