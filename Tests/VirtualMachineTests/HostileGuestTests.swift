import Firmware
import Foundation
import PersistentMemory
import Storage
import SystemPackage
import TestSupport
import Testing
import VirtualMachine

/// Guests that do things that no operating system does.
@Suite("Hostile guests", .needsKVM)
struct HostileGuestTests {
  private static let size: UInt64 = 1 << 20
  private static let labelSize: UInt64 = 128 << 10

  /// Makes a file at `path` and returns a DIMM with labels on it.
  private func dimm(_ path: String) throws -> DIMM {
    let file = try FileDescriptor.open(
      FilePath(path), .readWrite, options: .create, permissions: [.ownerReadWrite])
    defer { try? file.close() }
    try file.resize(to: Int64(Self.size))
    return DIMM(
      slot: 0, address: 1 << 32, geometry: try BackendGeometry(mappedSize: Self.size, labelSize: Self.labelSize),
      mapping: try MemoryMapping(file: file, size: Int(Self.size), shared: true), durability: .pageCache,
      hasFlushHint: true)
  }

  private static func machine(_ backends: FuzzedDIMMs, processors: Int) throws -> GuestHardware {
    try GuestHardware(
      memory: 16 << 20, nodes: NUMALayout(processors: [UInt32](repeating: 0, count: processors)),
      dimms: backends.dimms, slots: 8)
  }

  @Test("a second CPU changes the method window while calls run: what is written is legal, whatever was mixed")
  func changedWhileRead() throws {
    let backends = try FuzzedDIMMs()
    let window = GuestPlatform.methodWindow.lowerBound
    let last = UInt32(FuzzedDIMMs.labelSize) - 0x80
    let payload = Payload.with { guest in
      // Handles, methods, offsets and lengths of _LSW, only some of which go together.
      guest.startOtherCPUs(
        writing: [
          (28, 0), (24, 4), (16, 0x1_0000), (0, 1), (24, 0x100), (4, 3), (16, last), (20, 1), (24, 0x1_0001), (20, 0),
          (0, 2), (16, 0x400), (4, 2),
        ], at: UInt32(window))
      guest.spin(1_000_000)
      guest.store(0x8181_8181, at: window + 32)
      guest.repeat(20_000) { guest in
        for (place, word) in [(0, 1), (4, 3), (16, 0x400), (20, 0), (24, 4), (28, 0)] as [(UInt64, UInt32)] {
          guest.store(word, at: window + place)
        }
        guest.out32(32 + 0x100, to: GuestPlatform.methodDoorbellPort)
      }
      guest.powerOff()
    }
    let run = try GuestRun(payload, on: try Self.machine(backends, processors: 2), seconds: 60)
    #expect(run.ending == .poweredOff)
    let labels = try backends.labels(0)
    let changed = labels.indices.filter { labels[$0] != FuzzedDIMMs.pattern(FuzzedDIMMs.regionSize + $0, 0) }
    let legal = [0x400..<0x500, 0x1_0000..<0x1_0100, Int(last)..<Int(last) + 4]
    #expect(changed.allSatisfy { place in legal.contains { $0.contains(place) } }, "\(changed)")
    // Some calls arrived as intended, and some with changes.
    #expect(changed.contains { legal[0].contains($0) } && changed.contains { !legal[0].contains($0) })
    #expect(try backends.damage(exceptLabels: 0..<FuzzedDIMMs.labelSize).isEmpty)
  }

  @Test("a program of random accesses reaches its end, and every byte that is not the guest's is as it was")
  func randomAccesses() throws {
    let backends = try FuzzedDIMMs()
    let hardware = try Self.machine(backends, processors: 1)
    let random = SeededGenerator(fuzzing: "a guest's accesses")
    var program = HostileProgram(
      random, reference: backends.reference(interfaceTable: NFIT(dimms: hardware.machine.dimms).structures))
    program.append(steps: SeededGenerator.count(default: 3000, optimized: 3000, atMost: 20_000))
    program.append { $0.powerOff() }
    let run = try GuestRun(program.payload, on: hardware, seconds: 300)
    #expect(run.ending == .poweredOff)
    for (slot, handle) in [(0, 1), (3, 4)] as [(Int, UInt32)] {
      #expect(try backends.labels(slot) == program.reference.areas[handle]??.bytes, "\(slot)")
    }
    #expect(try backends.damage(exceptLabels: 0..<FuzzedDIMMs.labelSize).isEmpty)
  }

  @Test("the same while a second CPU scribbles on the method window") func randomAccessesOfTwo() throws {
    let backends = try FuzzedDIMMs()
    let hardware = try Self.machine(backends, processors: 2)
    let random = SeededGenerator(fuzzing: "a guest's accesses beside a scribbler")
    var program = HostileProgram(random, reference: backends.reference(interfaceTable: []))
    program.append { $0.startOtherCPUs(scribblingAt: UInt32(GuestPlatform.methodWindow.lowerBound)) }
    program.append(steps: SeededGenerator.count(default: 3000, optimized: 3000, atMost: 20_000))
    program.append { $0.powerOff() }
    let run = try GuestRun(program.payload, on: hardware, seconds: 300)
    #expect(run.ending == .poweredOff)
    #expect(try backends.damage(exceptLabels: 0..<FuzzedDIMMs.labelSize).isEmpty)
  }

  @Test("label methods on a backend that was cut off get a status; the host process lives")
  func truncatedLabels() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("nv.img")
    let dimm = try dimm(path)
    // Safe: the path lives for the call.
    #expect(unsafe truncate(path, 4096) == 0)
    let window = GuestPlatform.methodWindow.lowerBound
    let run = try GuestRun(
      .with { guest in
        // _LSR and _LSW of four bytes at offset 0.
        for method in [2, 3] as [UInt32] {
          for (place, word) in [(0, 1), (4, method), (16, 0), (20, 0), (24, 4), (28, 0)] as [(UInt64, UInt32)] {
            guest.store(word, at: window + place)
          }
          guest.out32(36, to: GuestPlatform.methodDoorbellPort)
          guest.load(from: window + 16)
          guest.outLoaded(to: 0x3f8)
        }
        guest.powerOff()
      }, dimms: [dimm])
    #expect(run.ending == .poweredOff)
    #expect(run.output.allSatisfy { $0 != 0 }, "\(run.output)")
    #expect(run.output.count == 2)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == 4096)
  }
}
