import Basics
import PersistentMemory
import TestSupport
import Testing

@Suite("The kept condition of a DIMM") struct ConditionRecordTests {
  private static func condition(_ random: inout SeededGenerator) -> DIMMCondition {
    var condition = DIMMCondition()
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      let start = UInt64.random(in: 0..<1 << 40, using: &random)
      _ = condition.errors.insert(start..<start + 300)
    }
    condition.isShutdownLatched = Bool.random(using: &random)
    condition.health.ownState = DIMMHealth.State.allCases.randomElement(using: &random) ?? .ok
    condition.health.ownSpares = UInt8.random(in: 0...100, using: &random)
    condition.health.used = UInt8.random(in: 0...100, using: &random)
    condition.health.shutdownCount = UInt32.random(in: 0...(.max), using: &random)
    condition.health.isShutdownDirty = Bool.random(using: &random)
    condition.health.injected.isFatal = Bool.random(using: &random)
    condition.health.injected.spares = Bool.random(using: &random) ? 0 : nil
    condition.health.injected.mediaTemperature = Bool.random(using: &random) ? DIMMHealth.Temperature(0) : nil
    condition.health.ownMediaTemperature = DIMMHealth.Temperature(UInt16.random(in: 0...4000, using: &random))
    condition.health.controllerTemperature = DIMMHealth.Temperature(UInt16.random(in: 0...4000, using: &random))
    condition.health.thresholds.watched = DIMMHealth.Alarms(rawValue: UInt8.random(in: 0...7, using: &random))
    condition.health.thresholds.spares = UInt8.random(in: 0...100, using: &random)
    condition.health.thresholds.mediaTemperature = DIMMHealth.Temperature(UInt16.random(in: 0...4000, using: &random))
    condition.health.thresholds.controllerTemperature = DIMMHealth.Temperature(
      UInt16.random(in: 0...4000, using: &random))
    func secret() -> DIMMSecurity.Secret? {
      Bool.random(using: &random) ? DIMMSecurity.Secret([UInt8.random(in: 0...9, using: &random)]) : nil
    }
    condition.security = DIMMSecurity(
      user: secret(), master: secret(), isLocked: Bool.random(using: &random), isFrozen: Bool.random(using: &random),
      erasure: [nil, .region, .everything].randomElement(using: &random) ?? nil)
    if Bool.random(using: &random) {
      condition.firmware = DIMMFirmware(
        running: UInt64.random(in: 1...(.max), using: &random), staged: Bool.random(using: &random) ? 7 : nil)
    }
    return condition
  }

  /// Returns a file to which `records` were written in order.
  private static func file(_ records: [ConditionRecord]) -> [UInt8] {
    var file = [UInt8](repeating: 0, count: ConditionRecord.fileSize)
    for record in records {
      let offset = ConditionRecord.offset(generation: record.generation)
      file.replaceSubrange(offset..<offset + record.encoded.count, with: record.encoded)
    }
    return file
  }

  @Test("what is written is read, the newer of two") func roundTrip() {
    var random = SeededGenerator(fuzzing: "kept conditions")
    for generation: UInt64 in 1...200 {
      let records = (generation...generation + 1).map {
        ConditionRecord(generation: $0, condition: Self.condition(&random), isInUse: Bool.random(using: &random))
      }
      #expect(ConditionRecord.newest(in: Self.file(records)) == records[1])
    }
  }

  @Test("a write that a crash cuts off anywhere leaves the copy before it") func crash() {
    var random = SeededGenerator(fuzzing: "cut-off conditions")
    let records = (1...2).map {
      ConditionRecord(generation: UInt64($0), condition: Self.condition(&random), isInUse: true)
    }
    let next = ConditionRecord(generation: 3, condition: Self.condition(&random), isInUse: false)
    for count in stride(from: 0, to: next.encoded.count, by: 3) {
      var file = Self.file(records)
      let offset = ConditionRecord.offset(generation: 3)
      file.replaceSubrange(offset..<offset + count, with: next.encoded.prefix(count))
      // The missing bytes may equal those already in the file.
      let isWhole = file[offset...].starts(with: next.encoded)
      #expect(ConditionRecord.newest(in: file) == (isWhole ? next : records[1]), "\(count) bytes")
    }
  }

  @Test("no bytes are too strange, and none that are damaged count") func damage() {
    var random = SeededGenerator(fuzzing: "damaged conditions")
    let record = ConditionRecord(generation: 2, condition: Self.condition(&random), isInUse: true)
    let whole = Self.file([record])
    #expect(ConditionRecord.newest(in: []) == nil)
    for _ in 0..<SeededGenerator.count(default: 2000, optimized: 20_000) {
      var file = whole
      file[Int.random(in: 0..<record.encoded.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
      #expect(ConditionRecord.newest(in: file) == nil)
      _ = ConditionRecord.newest(in: Array(file.prefix(Int.random(in: 0...file.count, using: &random))))
    }
    // A valid checksum does not make the contents valid.
    for (offset, byte) in [(20, 0xff), (40, 3), (64 + 8, 0)] as [(Int, UInt8)] {
      var copy = ConditionRecord(generation: 2, condition: Self.condition(&random), isInUse: true).encoded
      copy[offset] = byte
      copy.replaceSubrange(16..<20, with: [0, 0, 0, 0])
      copy.store(CRC32.checksum(copy), at: 16)
      _ = ConditionRecord.newest(in: copy)
    }
  }

  @Test("a staged firmware runs from the next start on, and an update that was cut off is forgotten")
  func firmware() throws {
    var condition = DIMMCondition()
    let context = try condition.firmware.start()
    try condition.firmware.send([5, 0, 0, 0, 0, 0, 0, 0], at: 0, context: context)
    let cutOff = ConditionRecord(generation: 1, condition: condition, isInUse: true)
    #expect(ConditionRecord.newest(in: Self.file([cutOff]))?.condition.firmware == DIMMFirmware())
    try condition.firmware.finish(context: context)
    let staged = ConditionRecord(generation: 2, condition: condition, isInUse: true)
    let kept = try #require(ConditionRecord.newest(in: Self.file([cutOff, staged])))
    #expect(kept.condition.firmware == DIMMFirmware(running: 1, staged: 5))
    #expect(kept.afterPowerOn.firmware == DIMMFirmware(running: 5, staged: nil))
  }

  @Test("whoever had the DIMM when the power went left it unsafely") func powerOn() {
    var condition = DIMMCondition()
    condition.health.shutdownCount = 4
    condition.isShutdownLatched = true
    let killed = ConditionRecord(generation: 1, condition: condition, isInUse: true).afterPowerOn
    #expect(killed.health.shutdownCount == 5)
    #expect(killed.health.isShutdownDirty)
    #expect(!killed.isShutdownLatched)
    let orderly = ConditionRecord(generation: 1, condition: killed, isInUse: false).afterPowerOn
    #expect(orderly.health.shutdownCount == 5)
    #expect(!orderly.health.isShutdownDirty)
  }
}
