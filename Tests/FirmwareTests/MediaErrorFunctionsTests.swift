import Basics
import Firmware
import PersistentMemory
import Synchronization
import TestSupport
import Testing

/// The functions of the NVDIMM root device, byte for byte as ACPI 6.5, 9.19.7 lays them out.
@Suite("Functions for media errors") struct MediaErrorFunctionsTests {
  /// Regions of 1 GiB at 4 GiB and at 6 GiB.
  private let dimms = [MemoryDIMM(slot: 0), MemoryDIMM(slot: 1)]
  private let told = Notifications()
  private var methods: DeviceMethods

  init() {
    methods = DeviceMethods(notify: { [told] in told.add($0) })
    for dimm in dimms { methods.plug(dimm.device) }
  }

  private mutating func call(_ function: UInt32, _ argument: [UInt8] = []) -> [UInt8] {
    let response = methods.handle(request: words(0, 0, function, 1) + argument)
    #expect(Int(response[MethodWindow.resultLength]) == response.count - 16)
    return [UInt8](response[16...])
  }

  private mutating func inject(_ address: UInt64, _ length: UInt64, options: UInt8 = 0) -> [UInt8] {
    call(7, longs(address, length) + [options])
  }

  @Test("which functions there are") mutating func query() {
    #expect(call(0) == bytes(hex: "BF030000"))
    for function: UInt32 in [6, 10, 11, .max] { #expect(call(function) == words(1)) }
  }

  @Test("ARS capabilities: persistent memory, room for 168 records, lines of 256 bytes")
  mutating func capabilities() {
    #expect(call(1, longs(1 << 32, 1 << 30)) == bytes(hex: "00000200 F00F0000 00010000 00000000"))
    #expect(call(1, longs(5 << 30, 1 << 30)) == words(2))
    #expect(call(1, longs(1 << 32, 0)) == words(2))
    #expect(call(1, longs(.max, 2)) == words(2))
    #expect(call(1, words(0, 1, 0)) == words(2))
  }

  @Test("a scrub finds what was injected, in whole lines") mutating func scrub() {
    #expect(call(3) == words(2 << 16, 44) + [UInt8](repeating: 0, count: 40))
    #expect(inject(1 << 32 + 0x1010, 0x100) == words(0))
    #expect(inject(6 << 30 + 0x4000, 1) == words(0))
    #expect(call(2, longs(1 << 32, 3 << 30) + bytes(hex: "0200 00 0000000000")) == words(0, 0))
    let records = words(1, 0) + longs(1 << 32 + 0x1000, 0x200) + words(2, 0) + longs(6 << 30 + 0x4000, 0x100)
    #expect(
      call(3) == words(0, 44 + 48) + longs(1 << 32, 3 << 30, 0, 0) + bytes(hex: "0200 0000 02000000") + records)
    // For a part of the range, and for memory of another type.
    #expect(call(2, longs(6 << 30, 0x4000) + bytes(hex: "0200 02 0000000000")) == words(0, 0))
    #expect(call(3) == words(0, 44) + longs(6 << 30, 0x4000, 0, 0) + bytes(hex: "0200 0000 00000000"))
    #expect(call(2, longs(1 << 32, 1 << 30) + bytes(hex: "0100 00 0000000000")) == words(2))
    #expect(call(2, longs(1 << 32, 1 << 30)) == words(2))
  }

  @Test("what has no room in one status is found by the next scrub") mutating func overflow() {
    for line: UInt64 in 0..<200 { #expect(inject(1 << 32 + line * 512, 256) == words(0)) }
    _ = call(2, longs(1 << 32, 1 << 30) + bytes(hex: "0200 00 0000000000"))
    let first = call(3)
    let rest: UInt64 = 1 << 32 + 168 * 512
    #expect(first.count == 48 + 168 * 24)
    #expect(
      Array(first.prefix(48))
        == words(3 << 16, UInt32(first.count - 4)) + longs(1 << 32, 168 * 512, rest, 1 << 30 - 168 * 512)
        + bytes(hex: "0200 0100 A8000000"))
    _ = call(2, longs(rest, 1 << 30 - 168 * 512) + bytes(hex: "0200 00 0000000000"))
    #expect(call(3).load(UInt32.self, at: 44) == 32)
  }

  @Test("what is cleared can be read, and is zero") mutating func clear() {
    _ = inject(1 << 32 + 0x1000, 0x400)
    #expect(call(4, longs(1 << 32 + 0x1100, 0x100)) == words(0, 0) + longs(0x100))
    #expect(dimms[0].erased == [0x1100..<0x1200])
    #expect(dimms[0].condition.value.errors.ranges == [0x1000..<0x1100, 0x1200..<0x1400])
    // If there is no error, nothing is erased.
    #expect(call(4, longs(1 << 32 + 0x1100, 0x100)) == words(0, 0) + longs(0x100))
    #expect(call(4, longs(1 << 32, 1 << 30)) == words(0, 0) + longs(1 << 30))
    #expect(dimms[0].erased == [0x1100..<0x1200, 0x1000..<0x1100, 0x1200..<0x1400])
    #expect(dimms[0].condition.value.errors.isEmpty)
    // Partial lines, several NVDIMMs, no NVDIMM, and a truncated argument.
    for argument in [longs(1 << 32 + 1, 0x100), longs(1 << 32, 1), longs(1 << 32, 3 << 30), longs(0, 256), words(0)] {
      #expect(call(4, argument) == words(2))
    }
  }

  @Test("what cannot be written is not cleared", arguments: [StorageFailure.readOnly, .failed])
  mutating func failingClear(failure: StorageFailure) {
    let dimm = MemoryDIMM(slot: 2, failure: failure)
    methods.plug(dimm.device)
    _ = inject(8 << 30, 256)
    #expect(call(4, longs(8 << 30, 256)) == words(1))
    #expect(dimm.condition.value.errors.ranges == [0..<256])
  }

  @Test("an address becomes a handle and a DPA") mutating func translate() {
    #expect(
      call(5, longs(6 << 30 + 0x1234)) == words(0, 0) + longs(1 << 30 - 0x1234) + words(1, 2, 0) + longs(0x1234))
    for address: UInt64 in [0, 5 << 30, .max] { #expect(call(5, longs(address)) == words(2)) }
    #expect(call(5, words(0)) == words(2))
  }

  @Test("what is injected is listed, told where that is wanted, and taken back") mutating func injection() {
    #expect(call(9) == words(0, 0))
    #expect(inject(1 << 32, 512) == words(0))
    #expect(told.all.isEmpty)
    #expect(inject(6 << 30, 1, options: 1) == words(0))
    #expect(told.all == [.mediaError])
    #expect(call(9) == words(0, 2) + longs(1 << 32, 512, 6 << 30, 256))
    #expect(call(8, longs(1 << 32, 256)) == words(0))
    #expect(call(9) == words(0, 2) + longs(1 << 32 + 256, 256, 6 << 30, 256))
    #expect(dimms[0].erased.isEmpty)
    #expect(call(7, longs(1 << 32, 1)) == words(2))
    #expect(inject(0, 256) == words(2))
  }

  @Test("a guest that injects without end is stopped") mutating func limit() {
    for line: UInt64 in 0..<4096 { _ = inject(1 << 32 + line * 512, 256) }
    #expect(inject(1 << 32 + 4096 * 512, 256) == words(1))
    // An adjacent line takes no more room; a hole in a run would.
    #expect(inject(1 << 32 + 256, 256) == words(0))
    #expect(inject(1 << 32 + 4096 * 512, 1 << 20) == words(0))
    #expect(call(8, longs(1 << 32 + 4096 * 512 + 512, 256)) == words(1))
    #expect(call(9).count == 8 + 4096 * 16)
  }
}

/// Collects the notifications of a guest.
final class Notifications: Sendable {
  private let notifications = Mutex<[DeviceMethods.Notification]>([])

  var all: [DeviceMethods.Notification] { notifications.withLock { $0 } }

  func add(_ notification: DeviceMethods.Notification) { notifications.withLock { $0.append(notification) } }
}

func words(_ numbers: UInt32...) -> [UInt8] {
  var bytes: [UInt8] = []
  for number in numbers { bytes.append(littleEndian: number) }
  return bytes
}

func longs(_ numbers: UInt64...) -> [UInt8] {
  var bytes: [UInt8] = []
  for number in numbers { bytes.append(littleEndian: number) }
  return bytes
}
