import Basics
import Firmware
import PersistentMemory
import Synchronization
import TestSupport
import Testing

/// The health functions of an NVDIMM, byte for byte as the NVDIMM DSM Interface 2.0 lays them out.
@Suite("Functions for health") struct HealthFunctionsTests {
  private let dimm = MemoryDIMM(slot: 6)
  private let told = Notifications()
  private var methods: DeviceMethods

  init() {
    methods = DeviceMethods(notify: { [told] in told.add($0) })
    methods.plug(dimm.device)
  }

  private mutating func call(_ function: UInt32, _ argument: String = "", revision: UInt32 = 1) -> [UInt8] {
    [UInt8](methods.handle(request: words(7, 0, function, revision) + bytes(hex: argument))[16...])
  }

  @Test("each revision has its functions") mutating func query() {
    #expect(call(0) == words(1 | 1 << 1 | 1 << 2 | 1 << 10))
    #expect(call(0, revision: 2) == words(0x1FFF_F001))
    #expect(call(0, revision: 0) == words(0))
    #expect(call(0, revision: 3) == words(0))
  }

  /// Returns status, flags, reserved; health, spares, used, alarms; media 25, controller 30 degrees; shutdown count;
  /// AIT, PMIC, reserved; shutdown state; no vendor-specific data.
  private static func smart(_ state: String, _ temperatures: String, _ count: String, _ shutdown: String) -> [UInt8] {
    let text = "00000000 3F060000 00000000 \(state) \(temperatures) \(count) 00 0000 0000000000000000 \(shutdown)"
    return bytes(hex: text) + [UInt8](repeating: 0, count: 96)
  }

  @Test("SMART of a DIMM in good health") mutating func health() {
    #expect(call(1) == Self.smart("00 64 00 00", "9001 E001", "00000000", "00"))
    #expect(call(1).count == 132)
  }

  @Test("what is set is told, with the alarms that it raises") mutating func settings() throws {
    try dimm.condition.change { condition in
      try? condition.health.set([
        "critical", "spares=10", "used=90", "media-temperature=82", "controller-temperature=98", "shutdown=dirty",
        "shutdown-count=258",
      ])
    }
    #expect(call(1) == Self.smart("02 0A 5A 07", "2005 2006", "02010000", "01"))
  }

  @Test("thresholds, and new ones") mutating func thresholds() {
    #expect(call(2) == bytes(hex: "00000000 0700 0A 2005 2006 00"))
    #expect(call(17, "0200 05 9001 2006", revision: 2) == words(0))
    #expect(told.all == [.health(slot: 6)])
    #expect(call(2) == bytes(hex: "00000000 0200 05 9001 2006 00"))
    // The media is at 25 degrees, exactly the threshold.
    #expect(call(1) == Self.smart("00 64 00 02", "9001 E001", "00000000", "00"))
    for argument in ["", "0200 05 9001 20", "0800 05 9001 2006"] { #expect(call(17, argument) == words(3)) }
    // The same injection again causes no notification.
    #expect(call(17, "0200 05 9001 2006", revision: 2) == words(0))
    #expect(told.all.count == 1)
  }

  @Test("injected values take the place of the real ones until they are taken back") mutating func injection() {
    #expect(call(18, "0F00000000000000 01 4006 01 05 01 01", revision: 2) == words(0))
    #expect(told.all == [.health(slot: 6)])
    #expect(call(1) == Self.smart("04 05 00 03", "4006 E001", "01000000", "01"))
    // Only the values whose flags are set are changed.
    #expect(call(18, "0100000000000000 00 0000 00 00 00 00", revision: 2) == words(0))
    #expect(call(1) == Self.smart("04 05 00 01", "9001 E001", "01000000", "01"))
    #expect(call(18, "0E00000000000000 00 0000 00 00 00 00", revision: 2) == words(0))
    #expect(call(1) == Self.smart("00 64 00 00", "9001 E001", "01000000", "00"))
    for argument in ["", "0F00000000000000 01 4006 01 05 01", "1000000000000000 01 4006 01 05 01 01"] {
      #expect(call(18, argument, revision: 2) == words(3))
    }
  }

  @Test("the shutdown latch takes 0 and 1") mutating func latch() {
    #expect(call(10, "01") == words(0))
    #expect(call(10, "00") == words(0))
    #expect(call(10, "02") == words(3))
    #expect(call(10) == words(3))
  }

  @Test("what cannot be kept is not changed", arguments: [(StorageFailure.failed, 4 as UInt32), (.readOnly, 1)])
  func unkept(failure: StorageFailure, status: UInt32) {
    let condition = HeldCondition { _, _ throws(StorageFailure) in throw failure }
    var methods = DeviceMethods(notify: { [told] in told.add($0) })
    methods.plug(MemoryDIMM(slot: 0, condition: condition).device)
    for request in [words(1, 0, 17, 2) + bytes(hex: "0200 05 9001 2006"), words(1, 0, 10, 1) + [1]] {
      #expect([UInt8](methods.handle(request: request)[16...]) == words(status))
    }
    #expect(condition.value == DIMMCondition())
    #expect(told.all.isEmpty)
  }

  @Test("whoever watches a DIMM hears of each of many changes") func watcher() throws {
    let count = Atomic(0)
    dimm.condition.connect { old, new in
      if new.health.shutdownCount == old.health.shutdownCount + 1 { count.add(1, ordering: .relaxed) }
    }
    for _ in 0..<50_000 { try dimm.condition.change { $0.health.shutDownUnsafely() } }
    #expect(count.load(ordering: .relaxed) == 50_000)
  }

  @Test("a function that is to fail does, until it is not") mutating func failures() {
    dimm.condition.fail(function: 1, status: 4)
    #expect(call(1) == words(4))
    #expect(call(2).count == 12)
    dimm.condition.fail(function: 1, status: 0)
    #expect(call(1).count == 132)
  }
}
