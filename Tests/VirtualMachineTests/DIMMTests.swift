import Firmware
import Foundation
import PersistentMemory
import Storage
import SystemPackage
import TestSupport
import Testing
import VirtualMachine

/// Persistent memory and labels, as seen by the guest and in the file.
@Suite("DIMM", .needsKVM)
struct DIMMTests {
  private static let size: UInt64 = 4 << 20
  private static let address: UInt64 = 1 << 32
  private static let label: UInt64 = 128 << 10

  /// Makes a file at `path` and returns a DIMM of 4 MiB with labels on it.
  private func dimm(_ path: String, shared: Bool, readOnly: Bool = false) throws -> DIMM {
    let file = try FileDescriptor.open(
      FilePath(path), .readWrite, options: .create, permissions: [.ownerReadWrite])
    defer { try? file.close() }
    try file.resize(to: Int64(Self.size))
    let mapping = try MemoryMapping(file: file, size: Int(Self.size), shared: shared, writable: !readOnly)
    return DIMM(
      slot: 0, address: Self.address, geometry: try BackendGeometry(mappedSize: Self.size, labelSize: Self.label),
      mapping: mapping, isReadOnly: readOnly)
  }

  private static let lastWord = Self.address + Self.size - Self.label - 4

  @Test("share=on: what the guest writes is in the file; share=off: it is not", arguments: [true, false])
  func sharing(shared: Bool) throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("nv.img")
    let run = try GuestRun(
      .with { guest in
        guest.store(0x4444_3333, at: Self.lastWord)
        guest.load(from: Self.lastWord)
        guest.outLoaded(to: 0x3f8)
        guest.powerOff()
      }, dimms: [try dimm(path, shared: shared)])
    #expect(run.output == [0x33])
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(file.count == Int(Self.size))
    let word = Int(Self.size - Self.label - 4)
    #expect(Array(file[word..<word + 4]) == (shared ? [0x33, 0x33, 0x44, 0x44] : [0, 0, 0, 0]))
    if !shared { #expect(file.allSatisfy { $0 == 0 }) }
  }

  @Test("the label area is no part of what the guest sees")
  func labelsAreOutside() throws {
    let folder = try TemporaryDirectory()
    let run = try GuestRun(
      .with { guest in
        guest.store(0, at: Self.lastWord + 4)
        guest.load(from: Self.lastWord + 4)
        guest.outLoaded(to: 0x3f8)
        guest.powerOff()
      }, dimms: [try dimm(folder.path("nv.img"), shared: true)])
    #expect(run.output == [0xff])
  }

  @Test("a read-only DIMM swallows writes and can be read")
  func readOnly() throws {
    let folder = try TemporaryDirectory()
    let run = try GuestRun(
      .with { guest in
        guest.store(0x11, at: Self.address)
        guest.load(from: Self.address)
        guest.outLoaded(to: 0x3f8)
        guest.powerOff()
      }, dimms: [try dimm(folder.path("nv.img"), shared: true, readOnly: true)])
    #expect(run.ending == .poweredOff)
    #expect(run.output == [0])
  }

  /// Writes the request of `_LSW` (method 3) for four bytes at `offset` of the labels of the DIMM in slot 0.
  private func writeLabel(_ guest: inout Payload, _ value: UInt32, at offset: UInt32) {
    let window = GuestPlatform.methodWindow.lowerBound
    // Handle, method; then from byte 16 on offset and length, of eight bytes each, and the data.
    for (place, word) in [(0, 1), (4, 3), (16, offset), (20, 0), (24, 4), (28, 0), (32, value)] as [(UInt64, UInt32)] {
      guest.store(word, at: window + place)
    }
    guest.out32(36, to: GuestPlatform.methodDoorbellPort)
  }

  /// Sends the low byte of the word at `offset` of the response.
  private func sendAnswer(_ guest: inout Payload, _ offset: UInt64) {
    guest.load(from: GuestPlatform.methodWindow.lowerBound + offset)
    guest.outLoaded(to: 0x3f8)
  }

  @Test("where the power may go, what the guest flushes is in the file, and the rest once it is synchronised")
  func powerCut() throws {
    let folder = try TemporaryDirectory()
    let path = FilePath(folder.path("nv.img"))
    _ = try dimm(path.string, shared: true)
    let file = try Backend(path: path, access: .readWrite)
    let mapping = try MemoryMapping(file: file.descriptor, size: Int(Self.size), shared: false)
    let dimm = DIMM(
      slot: 0, address: Self.address, geometry: try BackendGeometry(mappedSize: Self.size, labelSize: Self.label),
      mapping: mapping, durability: .onFlush, hasFlushHint: true, file: HeldBackend(file))
    let flushed: [UInt64] = [0, 4092, 62 * 4096, 63 * 4096, 64 * 4096, 200 * 4096 + 8]
    let unflushed: [UInt64] = [4096, 65 * 4096, Self.size - Self.label - 4]
    let run = try GuestRun(
      .with { guest in
        for place in flushed { guest.store(0x11, at: Self.address + place) }
        guest.store(1, at: GuestPlatform.flushHint(slot: 0))
        for place in unflushed { guest.store(0x22, at: Self.address + place) }
        writeLabel(&guest, 0x33, at: 0x1_fffc)
        guest.powerOff()
      }, dimms: [dimm])
    #expect(run.ending == .poweredOff)
    func bytes() throws -> [UInt8] {
      let contents = try Data(contentsOf: URL(fileURLWithPath: path.string))
      return (flushed + unflushed + [Self.size - 4]).map { contents[Int($0)] }
    }
    let kept = [UInt8](repeating: 0x11, count: flushed.count)
    #expect(try bytes() == kept + [0, 0, 0, 0x33])
    #expect(dimm.unflushedSize == unflushed.count * 4096)
    try dimm.synchronise()
    #expect(try bytes() == kept + [0x22, 0x22, 0x22, 0x33])
    #expect(dimm.unflushedSize == 0)
  }

  @Test("label writes go through the port to the end of the mapping", arguments: [true, false])
  func labelWrite(shared: Bool) throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("nv.img")
    let run = try GuestRun(
      .with { guest in
        writeLabel(&guest, 0x0403_0201, at: 0x1_fffc)
        sendAnswer(&guest, 0)  // bytes of the result
        sendAnswer(&guest, 16)  // status
        guest.powerOff()
      }, dimms: [try dimm(path, shared: shared)])
    #expect(run.output == [4, 0])
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(Array(file.suffix(4)) == (shared ? [1, 2, 3, 4] : [0, 0, 0, 0]))
  }

  @Test("a label write beyond the area, or to a read-only DIMM, is refused with a status and changes nothing")
  func refusedLabelWrite() throws {
    let folder = try TemporaryDirectory()
    for (offset, readOnly, status) in [(0x1_fffd, false, 2), (0, true, 1)] as [(UInt32, Bool, UInt8)] {
      let path = folder.path("nv\(status).img")
      let run = try GuestRun(
        .with { guest in
          writeLabel(&guest, 0x0403_0201, at: offset)
          sendAnswer(&guest, 16)
          guest.powerOff()
        }, dimms: [try dimm(path, shared: true, readOnly: readOnly)])
      #expect(run.output == [status])
      let file = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(file.allSatisfy { $0 == 0 })
    }
  }

  @Test(
    "no length at the doorbell harms", arguments: [0, 1, 15, 0x1_0020, 0x1_0021, 0x7fff_ffff, 0xffff_ffff] as [UInt32])
  func anyLength(length: UInt32) throws {
    let folder = try TemporaryDirectory()
    let run = try GuestRun(
      .with { guest in
        for word in 0..<8 { guest.store(.max, at: GuestPlatform.methodWindow.lowerBound + UInt64(word) * 4) }
        guest.out32(length, to: GuestPlatform.methodDoorbellPort)
        guest.powerOff()
      }, dimms: [try dimm(folder.path("nv.img"), shared: true)])
    #expect(run.ending == .poweredOff)
  }
}
