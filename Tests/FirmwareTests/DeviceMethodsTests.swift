import Basics
import Firmware
import Foundation
import TestSupport
import Testing

@Suite struct DeviceMethodsTests {
  private let labels = MemoryLabels((0..<0x2_0000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
  private let methods: DeviceMethods

  /// Slot 0 has labels, slot 1 has none, slot 2 is empty, slot 3 refuses writes, slot 4 fails, and slot 5 has a size
  /// beyond 32 bits.
  init() {
    var methods = DeviceMethods(interfaceTable: [UInt8](repeating: 0x5A, count: 368))
    methods.plug(MemoryDIMM(slot: 0, labels: labels).device)
    methods.plug(MemoryDIMM(slot: 1).device)
    methods.plug(
      MemoryDIMM(slot: 3, labels: MemoryLabels([UInt8](repeating: 3, count: 0x2_0000), failure: .readOnly)).device)
    methods.plug(
      MemoryDIMM(slot: 4, labels: MemoryLabels([UInt8](repeating: 4, count: 0x2_0000), failure: .failed)).device)
    methods.plug(MemoryDIMM(slot: 5, labels: MemoryLabels([], size: 0x1_0002_0000)).device)
    self.methods = methods
  }

  private func result(_ method: UInt32, _ handle: UInt32, function: UInt32 = 0, _ argument: [UInt8] = []) -> [UInt8] {
    var methods = methods
    let response = methods.handle(request: words(handle, method, function, 1) + argument)
    #expect(response.count <= MethodWindow.requestLimit)
    #expect(Int(response[MethodWindow.resultLength]) == response.count - 16)
    return [UInt8](response[16...])
  }

  private func words(_ words: UInt32...) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in words { bytes.append(littleEndian: word) }
    return bytes
  }

  /// As QEMU 7.2 answers, except for the transfer limit, the length 0, and functions that QEMU lacks.
  @Test(
    "_DSM",
    arguments: [
      // handle, function, argument, result
      (UInt32(1), UInt32(0), "", "77040000"), (2, 0, "", "07040000"), (3, 0, "", "00000000"),
      (0x1_0000, 0, "", "00000000"),
      // Get Label Size: 128 KiB, 64 KiB a call; without labels; empty slot; a handle that belongs to no slot.
      (1, 4, "", "00000000 00000200 00000100"), (2, 4, "", "01000000"), (3, 4, "", "02000000"),
      (0xFFFF_FFFF, 4, "", "02000000"), (6, 4, "", "00000000 FFFFFFFF 00000100"),
      // Get Label Data: the last byte; past the end; wrapping; longer than one call transfers; nothing.
      (1, 5, "03000000 05000000", "00000000 151C232A31"), (1, 5, "FFFF0100 01000000", "00000000 F9"),
      (1, 5, "FFFF0100 02000000", "03000000"), (1, 5, "FFFFFFFF 02000000", "03000000"),
      (1, 5, "00000000 01000100", "03000000"), (1, 5, "00000000 00000000", "00000000"),
      (1, 5, "00000200 00000000", "00000000"), (1, 5, "01000200 00000000", "03000000"),
      (1, 5, "", "03000000"), (1, 5, "00000000 040000", "03000000"),
      (2, 5, "00000000 04000000", "01000000"), (3, 5, "00000000 04000000", "02000000"),
      (4, 5, "00000000 04000000", "00000000 03030303"), (5, 5, "00000000 04000000", "04000000"),
      // Set Label Data: nothing; less data than the length; more; read-only; failing.
      (1, 6, "00000000 00000000", "00000000"), (1, 6, "00000000 02000000 01", "03000000"),
      (1, 6, "00000000 01000000 01FF", "00000000"), (1, 6, "00000200 01000000 01", "03000000"),
      (4, 6, "00000000 01000000 01", "01000000"), (4, 6, "00000000 00000000", "00000000"),
      (5, 6, "00000000 01000000 01", "04000000"), (2, 6, "00000000 01000000 01", "01000000"),
      // Functions of the interface that are not implemented.
      (1, 3, "", "01000000"), (1, 7, "", "01000000"), (1, 32, "", "01000000"), (2, 3, "", "01000000"),
      (3, 1, "", "02000000"), (3, 3, "", "02000000"),
    ])
  func deviceSpecific(handle: UInt32, function: UInt32, argument: String, expected: String) {
    #expect(result(0, handle, function: function, bytes(hex: argument)) == bytes(hex: expected))
  }

  /// Linux: 0 is success and 3 "locked"; any other status is an error.
  @Test(
    "_LSI, _LSR, _LSW",
    arguments: [
      // method, handle, argument, result
      (UInt32(1), UInt32(1), "", "00000000 00000200 00000100"), (1, 2, "", "01000000 00000000 00000000"),
      (1, 3, "", "01000000 00000000 00000000"), (1, 0, "", "01000000 00000000 00000000"),
      (2, 1, "0300000000000000 0500000000000000", "00000000 151C232A31"),
      (2, 1, "0000000000000000 0000000000000000", "00000000"),
      (2, 1, "0000000001000000 0100000000000000", "02000000"),
      (2, 1, "FFFFFFFFFFFFFFFF 0200000000000000", "02000000"), (2, 1, "00000000 04000000", "02000000"),
      (2, 2, "0000000000000000 0400000000000000", "01000000"),
      (2, 5, "0000000000000000 0400000000000000", "01000000"),
      (3, 1, "0000000000000000 0100000000000000 01", "00000000"),
      (3, 1, "0000000000000000 0200000000000000 01", "02000000"), (3, 1, "", "02000000"),
      (3, 3, "0000000000000000 0100000000000000 01", "01000000"),
      (3, 4, "0000000000000000 0100000000000000 01", "01000000"),
    ])
  func namedMethods(method: UInt32, handle: UInt32, argument: String, expected: String) {
    #expect(result(method, handle, bytes(hex: argument)) == bytes(hex: expected))
  }

  @Test("what is written is read, and nothing else changes", arguments: [UInt32(0), 3])
  func writes(method: UInt32) {
    let before = labels.contents
    let data = [UInt8](repeating: 0xA5, count: 0x1_0000)
    let range = method == 0 ? words(0x1_0000, 0x1_0000) : words(0x1_0000, 0, 0x1_0000, 0)
    #expect(result(method, 1, function: 6, range + data) == [0, 0, 0, 0])
    #expect(labels.contents == before[..<0x1_0000] + data)
    #expect(result(0, 1, function: 5, words(0x1_0000, 0x1_0000)) == [0, 0, 0, 0] + data)
  }

  @Test("a 128 KiB area is read in four exits") func exits() {
    let information = result(0, 1, function: 4)
    let (size, limit) = (information.load(UInt32.self, at: 4), information.load(UInt32.self, at: 8))
    #expect(1 + (size + limit - 1) / limit <= 4)
  }

  @Test("_FIT") func interfaceTable() {
    #expect(result(4, 0) == [UInt8](repeating: 0x5A, count: 368))
  }

  @Test(
    "requests that are none get an empty result",
    arguments: [
      "", "00", "0100000004000000 000000", "01000000 05000000 00000000 00000000", "01000000 FFFFFFFF 00000000 00000000",
    ])
  func malformed(request: String) {
    var methods = methods
    #expect(methods.handle(request: bytes(hex: request)) == [UInt8](repeating: 0, count: 16))
  }

  /// The storage traps on a range outside the area, so this test also shows that no such range reaches it.
  @Test func requestFuzz() {
    var methods = methods
    var random = SeededGenerator(fuzzing: "label requests")
    let interesting: [UInt32] = [
      0, 1, 4, 8, 0xFFFF, 0x1_0000, 0x1_0001, 0x1_FFFF, 0x2_0000, 0x2_0001, 0x7FFF_FFFF, .max,
    ]
    var succeeded = 0
    let count = SeededGenerator.count(default: 5000, optimized: 20_000)
    for _ in 0..<count {
      var request: [UInt8] = []
      for index in 0..<Int.random(in: 0...10, using: &random) {
        let word =
          switch Int.random(in: 0..<3, using: &random) {
          case 0: UInt32.random(in: 0...18, using: &random)
          case 1: interesting.randomElement(using: &random) ?? 0
          default: UInt32.random(in: 0...(.max), using: &random) >> UInt32.random(in: 0...31, using: &random)
          }
        // Slot 5 has a size but no bytes.
        request.append(littleEndian: index == 0 && word == 6 ? 0 : word)
      }
      request.append(
        contentsOf: [UInt8](repeating: 0xEE, count: [0, 0, 1, 3, 0x100, 0x1000].randomElement(using: &random) ?? 0))
      let response = methods.handle(request: request)
      if response.count < 16 || response.count > MethodWindow.requestLimit
        || Int(response[MethodWindow.resultLength]) != response.count - 16
      {
        Issue.record("\(request.prefix(48)) gives \(response.count) bytes")
      }
      if response.count > 20 { succeeded += 1 }
    }
    #expect(succeeded > count / 20, "the fuzz does not reach what it is for")
    #expect(labels.contents.count == 0x2_0000)
  }
}
