import Foundation
import HostResources
import SystemPackage
import TestSupport
import Testing
import VNVDIMMCore
import VirtualMachine

/// Guests that do what no operating system does.
@Suite("Hostile guests", .needsKVM)
struct HostileGuestTests {
  private static let size: UInt64 = 1 << 20
  private static let labelSize: UInt64 = 128 << 10

  /// A DIMM with labels on the file at `path`, which is made for it.
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

  @Test("a second CPU changes the label window while calls run: nothing outside of the label area is touched")
  func changedWhileRead() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("nv.img")
    let window = GuestPlatform.labelWindow.lowerBound
    let payload = Payload.with { guest in
      guest.startOtherCPUs(scribblingAt: UInt32(window))
      guest.spin(1_000_000)
      guest.repeat(20_000) { guest in
        // A write of four bytes at offset 0, as long as nobody changes it.
        for (place, word) in [(0, 1), (4, 3), (16, 0), (20, 0), (24, 4), (28, 0)] as [(UInt64, UInt32)] {
          guest.store(word, at: window + place)
        }
        guest.out32(64, to: GuestPlatform.labelDoorbellPort)
      }
      // Whether the other one was there: it left its number in a word that nobody else writes.
      guest.load(from: window + 36)
      guest.outLoaded(to: 0x3f8)
      guest.powerOff()
    }
    let hardware = try GuestHardware(
      memory: 16 << 20, nodes: NUMALayout(processors: [0, 0]), dimms: [try dimm(path)], slots: 1)
    let run = try GuestRun(payload, on: hardware, seconds: 60)
    #expect(run.ending == .poweredOff)
    #expect(run.output.count == 1)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(bytes.count == Int(Self.size))
    #expect(bytes.prefix(Int(Self.size - Self.labelSize)).allSatisfy { $0 == 0 })
    // And some calls got through as they were meant, or as they were changed.
    #expect(!bytes.suffix(Int(Self.labelSize)).allSatisfy { $0 == 0 })
  }

  @Test("label methods on a backend that was cut off get a status; the host process lives")
  func truncatedLabels() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("nv.img")
    let dimm = try dimm(path)
    // Safe: the path lives for the call.
    #expect(unsafe truncate(path, 4096) == 0)
    let window = GuestPlatform.labelWindow.lowerBound
    let run = try GuestRun(
      .with { guest in
        // _LSR and _LSW of four bytes at offset 0.
        for method in [2, 3] as [UInt32] {
          for (place, word) in [(0, 1), (4, method), (16, 0), (20, 0), (24, 4), (28, 0)] as [(UInt64, UInt32)] {
            guest.store(word, at: window + place)
          }
          guest.out32(36, to: GuestPlatform.labelDoorbellPort)
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
