import Basics
import LabelChange
import TestSupport
import Testing

/// A recovery record may be hostile: whatever it contains, recovery may only change the backend's own bytes, and never
/// traps.
@Suite("Recovery records from strangers")
struct RecoveryRecordFuzzTests {
  /// Returns a disk with a record that has just become valid.
  static func recorded(_ test: LabelChangeCase) throws -> SimulatedDisk {
    var disk = test.disk
    for step in try LabelTransaction(test.change, canGrow: test.canGrow).steps {
      disk.apply(step)
      if case .committed = disk.unfinished(canGrow: test.canGrow) { break }
    }
    return disk
  }

  /// Returns the offset of the header in a disk, found by its signature.
  static func header(of disk: SimulatedDisk) throws -> Int {
    try #require(BytePattern([UInt8]("VDIMRECR".utf8)).offsets(in: disk.bytes).last)
  }

  @Test("Fuzz: fields at random, under a checksum that holds", arguments: [true, false])
  func fields(canGrow: Bool) throws {
    var random = SeededGenerator(fuzzing: "recovery record, \(canGrow ? "file" : "device")")
    let cases = LabelChangeCase.all.filter { $0.method == .record && $0.canGrow == canGrow }
    let disks = try cases.map(Self.recorded)
    var accepted = 0
    for _ in 0..<SeededGenerator.count(default: 300, optimized: 10_000) {
      var disk = disks[Int.random(in: 0..<disks.count, using: &random)]
      let start = try Self.header(of: disk)
      var header = [UInt8](disk.bytes[start..<start + 256])
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let offset = Int.random(in: 1..<12, using: &random) * 8
        let numbers: [UInt64] = [
          0, 1, 8, 256, 4096, .max, .max - 255, UInt64(start), disk.length,
          UInt64.random(in: 0..<1 << 16, using: &random),
          UInt64.random(in: 0 ... .max, using: &random), header.load(at: offset) &+ 8, header.load(at: offset) &- 8,
        ]
        header.store(numbers[Int.random(in: 0..<numbers.count, using: &random)], at: offset)
      }
      if Bool.random(using: &random) {
        header.store(Fletcher64.checksum(header, zeroing: Field<UInt64>("checksum", at: 88)), at: 88)
      }
      disk.apply(.write(offset: UInt64(start), bytes: header))
      guard let unfinished = disk.unfinished(canGrow: canGrow) else { continue }
      accepted += 1
      for range in unfinished.steps.compactMap(\.writtenRange) where range.upperBound > disk.length {
        Issue.record("\(range) is written of \(disk.length)")
      }
      if disk.applying(unfinished.steps).unfinished(canGrow: canGrow) != nil { Issue.record("a record stays") }
    }
    print("accepted: \(accepted)")
  }

  @Test("Fuzz: what the payload says, under checksums that hold", arguments: [true, false])
  func payload(canGrow: Bool) throws {
    var random = SeededGenerator(fuzzing: "recovery record, payload, \(canGrow ? "file" : "device")")
    let cases = LabelChangeCase.all.filter { $0.method == .record && $0.canGrow == canGrow }
    let disks = try cases.map(Self.recorded)
    var accepted = 0
    for _ in 0..<SeededGenerator.count(default: 300, optimized: 10_000) {
      var disk = disks[Int.random(in: 0..<disks.count, using: &random)]
      let start = try Self.header(of: disk)
      var header = [UInt8](disk.bytes[start..<start + 256])
      let place = Int(header.load(UInt64.self, at: 64))
      var payload = [UInt8](disk.bytes[place..<place + Int(header.load(UInt64.self, at: 72))])
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        // Most depends on the first piece's offset and size.
        let word = Bool.random(using: &random) ? Int.random(in: 0...1, using: &random) : payload.count / 8 - 1
        let offset = Int.random(in: 0...word, using: &random) * 8
        let stored: UInt64 = payload.load(at: offset)
        let numbers: [UInt64] = [
          0, 1, 8, .max, .max - 7, .max - UInt64(payload.count), 1 << 63, (1 << 63) - 1, disk.length, UInt64(place),
          stored &+ 8, stored &- 8, stored ^ (1 << UInt64.random(in: 0..<64, using: &random)),
        ]
        payload.store(numbers[Int.random(in: 0..<numbers.count, using: &random)], at: offset)
      }
      header.store(Fletcher64.checksum(payload), at: 80)
      header.store(Fletcher64.checksum(header, zeroing: Field<UInt64>("checksum", at: 88)), at: 88)
      disk.apply(.write(offset: UInt64(place), bytes: payload))
      disk.apply(.write(offset: UInt64(start), bytes: header))
      guard let unfinished = disk.unfinished(canGrow: canGrow) else { continue }
      accepted += 1
      for range in unfinished.steps.compactMap(\.writtenRange) where range.upperBound > disk.length {
        Issue.record("\(range) is written of \(disk.length)")
      }
      if disk.applying(unfinished.steps).unfinished(canGrow: canGrow) != nil { Issue.record("a record stays") }
    }
    #expect(accepted > 0)
  }

  @Test("Fuzz: bytes at random")
  func bytes() throws {
    var random = SeededGenerator(fuzzing: "recovery record, bytes")
    let cases = LabelChangeCase.all.filter { $0.method == .record }
    let disks = try cases.map { (test: $0, disk: try Self.recorded($0)) }
    for _ in 0..<SeededGenerator.count(default: 300, optimized: 10_000) {
      let (test, good) = disks[Int.random(in: 0..<disks.count, using: &random)]
      let start = try Self.header(of: good)
      var disk = good
      let place = Int.random(in: start - 256..<start + 256, using: &random)
      disk.apply(.write(offset: UInt64(place), bytes: [disk.bytes[place] ^ UInt8.random(in: 1...255, using: &random)]))
      // If the payload or header is damaged, the change never happened; otherwise the damage is outside of the record.
      guard let unfinished = disk.unfinished(canGrow: test.canGrow), unfinished.direction == .forward else { continue }
      #expect(place < start)
      #expect(unfinished == good.unfinished(canGrow: test.canGrow))
    }
  }

  @Test("no length feigns an open change: the mark alone tells of it, and every bit of it counts")
  func lengths() throws {
    for length in 4 * 4096..<6 * 4096 {
      for byte: UInt8 in [0, 7] {
        #expect(SimulatedDisk([UInt8](repeating: byte, count: length)).unfinished == nil)
      }
    }
    let test = try #require(LabelChangeCase.all.first { $0.method == .record && $0.canGrow })
    var marked = test.disk
    marked.apply(try LabelTransaction(test.change, canGrow: true).steps[0])
    #expect(marked.unfinished == .prepared(lengthBefore: test.change.lengthBefore))
    let mark = marked.bytes.count - 256..<marked.bytes.count
    for place in mark {
      for bit in 0..<8 {
        var damaged = marked
        damaged.apply(.write(offset: UInt64(place), bytes: [marked.bytes[place] ^ 1 << bit]))
        #expect(damaged.unfinished == nil)
      }
    }
    for length in [mark.upperBound - 1, mark.upperBound + 1, mark.upperBound + 4096] {
      var other = marked
      other.resize(to: length)
      #expect(other.unfinished == nil)
    }
  }
}
