import Basics
import Firmware
import PersistentMemory
import TestSupport
import Testing

/// The firmware functions of an NVDIMM, byte for byte as the NVDIMM DSM Interface 2.0 lays them out.
@Suite("Functions for the firmware") struct UpdateFunctionsTests {
  private let dimm = MemoryDIMM(slot: 6)
  private var methods = DeviceMethods()

  init() { methods.plug(dimm.device) }

  private mutating func call(_ function: UInt32, _ argument: [UInt8] = []) -> [UInt8] {
    [UInt8](methods.handle(request: words(7, 0, function, 2) + argument)[16...])
  }

  private mutating func send(_ data: [UInt8], at offset: UInt32, context: UInt32 = 1) -> [UInt8] {
    call(14, words(context, offset, UInt32(data.count)) + data)
  }

  private func restart() throws {
    try dimm.condition.change { condition in
      condition = ConditionRecord(generation: 1, condition: condition, isInUse: false).afterPowerOn
    }
  }

  /// Returns status, storage of 1 MiB, sends of 64 KiB, no intervals, no capabilities, interface 1.5; the revisions.
  private static func information(_ running: UInt32, _ staged: UInt32 = 0) -> [UInt8] {
    words(0, 0x10_0000, 0x1_0000, 0, 0, 0, 0x0105, running, 0, staged, 0)
  }

  private static let image = words(0x0203, 0) + [UInt8](repeating: 9, count: 100)

  @Test("an image is sent, staged, and runs from the next start on") mutating func update() throws {
    #expect(call(12) == Self.information(1))
    #expect(call(13) == words(0, 1))
    #expect(send(Array(Self.image[..<60]), at: 0) == words(0))
    #expect(call(16, words(1)) == words(4 << 16 | 7))
    #expect(send(Array(Self.image[60...]), at: 60) == words(0))
    #expect(call(15, words(0, 1)) == words(0))
    #expect(call(16, words(1)) == words(0, 0x0203, 0))
    #expect(call(12) == Self.information(1, 0x0203))
    try restart()
    #expect(call(12) == Self.information(0x0203))
    #expect(call(16, words(1)) == words(1 << 16 | 7))
    #expect(call(13) == words(0, 1))
  }

  @Test("one update at a time, and none until a staged one runs") mutating func busy() throws {
    let busy = words(1 << 16 | 7)
    let done = words(2 << 16 | 7)
    #expect(call(13) == words(0, 1))
    #expect(call(13) == busy)
    // ndctl ends an update with any context.
    #expect(call(15, words(1, 0)) == words(4 << 16 | 7))
    #expect(call(13) == words(0, 2))
    #expect(send(Self.image, at: 0, context: 2) == words(0))
    #expect(call(15, words(0, 2)) == words(0))
    #expect(call(13) == busy)
    #expect(call(15, words(0, 2)) == done)
    #expect(call(15, words(1, 2)) == done)
    #expect(send(Self.image, at: 0, context: 2) == words(1 << 16 | 7))
    #expect(call(12) == Self.information(1, 0x0203))
    try restart()
    #expect(call(13) == words(0, 1))
  }

  @Test("the context must be that of the update") mutating func context() {
    let wrong = words(1 << 16 | 7)
    #expect(send(Self.image, at: 0, context: 0) == wrong)
    #expect(call(15, words(0, 0)) == wrong)
    #expect(call(16, words(0)) == wrong)
    #expect(call(13) == words(0, 1))
    #expect(send(Self.image, at: 0, context: 2) == wrong)
    #expect(call(15, words(0, 2)) == wrong)
    #expect(call(16, words(2)) == wrong)
    #expect(call(15, words(1, 1)) == words(4 << 16 | 7))
    #expect(call(15, words(0, 1)) == wrong)
    #expect(call(16, words(1)) == wrong)
    #expect(call(12) == Self.information(1))
  }

  @Test("an image that is rejected ends the update") mutating func rejected() {
    let bad = words(3 << 16 | 7)
    #expect(call(13) == words(0, 1))
    #expect(call(15, words(0, 1)) == bad)
    #expect(call(16, words(1)) == bad)
    #expect(call(15, words(0, 1)) == words(1 << 16 | 7))
    #expect(call(15, words(1, 1)) == words(4 << 16 | 7))
    #expect(call(13) == words(0, 2))
    #expect(call(12) == Self.information(1))
  }

  @Test("malformed arguments") mutating func malformed() {
    let invalid = words(3)
    #expect(call(13) == words(0, 1))
    for (function, size) in [(14, 12), (15, 8), (16, 4)] as [(UInt32, Int)] {
      for count in 0..<size { #expect(call(function, [UInt8](repeating: 0, count: count)) == invalid) }
    }
    #expect(call(14, words(1, 0, 5) + [1, 2, 3, 4]) == invalid)
    #expect(call(14, words(1, 0, 0x1_0001) + [UInt8](repeating: 1, count: 0x1_0004)) == invalid)
    #expect(call(14, words(1, .max, .max)) == invalid)
    #expect(call(15, words(2, 1)) == invalid)
    // A gap.
    #expect(send([1], at: 1) == invalid)
    #expect(call(12) == Self.information(1))
  }

  @Test("an image fills the storage and not more") mutating func storage() {
    #expect(call(13) == words(0, 1))
    let piece = [UInt8](repeating: 7, count: 0x1_0000)
    for index in 0..<16 as Range<UInt32> { #expect(send(piece, at: index * 0x1_0000) == words(0)) }
    #expect(send([1], at: 0x10_0000) == words(3))
    #expect(send([1, 2], at: 0xF_FFFF) == words(3))
    #expect(send([1], at: 0xF_FFFF) == words(0))
    #expect(call(15, words(0, 1)) == words(0))
    #expect(call(16, words(1)) == words(0, 0x0707_0707, 0x0707_0707))
  }

  @Test(
    "the first eight bytes are the revision, however they are sent",
    arguments: [
      ([(0, [1, 2, 3, 4, 5, 6, 7, 8])], 0x0807_0605_0403_0201),
      ([(0, [1]), (1, [2, 3]), (3, [4, 5, 6, 7, 8, 9])], 0x0807_0605_0403_0201),
      ([(0, [9, 9, 9, 9, 9, 9, 9, 9, 9]), (2, [1, 1]), (0, [5])], 0x0909_0909_0101_0905),
      // The next one.
      ([(0, [0, 0, 0, 0, 0, 0, 0, 0, 1])], 2),
      // Bad images.
      ([(0, [1, 2, 3, 4, 5, 6, 7])], nil), ([(0, [UInt8](repeating: 0xFF, count: 20))], nil), ([], nil),
    ] as [([(UInt32, [UInt8])], UInt64?)])
  mutating func revision(pieces: [(UInt32, [UInt8])], revision: UInt64?) {
    #expect(call(13) == words(0, 1))
    for (offset, data) in pieces { #expect(send(data, at: offset) == words(0)) }
    #expect(call(15, words(0, 1)) == words(revision == nil ? 3 << 16 | 7 : 0))
    #expect(dimm.condition.value.firmware.staged == revision)
  }

  @Test("a function that is set to fail changes nothing") mutating func failure() {
    dimm.condition.fail(function: 15, status: 3 << 16 | 7)
    #expect(call(13) == words(0, 1))
    #expect(send(Self.image, at: 0) == words(0))
    #expect(call(15, words(0, 1)) == words(3 << 16 | 7))
    dimm.condition.fail(function: 15, status: 0)
    #expect(call(15, words(0, 1)) == words(0))
  }
}
