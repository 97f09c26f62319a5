import PersistentMemory
import TestSupport
import Testing

@Suite("Media errors") struct MediaErrorsTests {
  @Test("lines become ranges, and the ranges of neighbours one") func insertion() {
    var errors = MediaErrors()
    for range: Range<UInt64> in [0x1000..<0x1001, 0x3000..<0x3100, 0x11ff..<0x1201, 0..<0, 0x1100..<0x1101] {
      let isInserted = errors.insert(range)
      #expect(isInserted)
    }
    #expect(errors.ranges == [0x1000..<0x1300, 0x3000..<0x3100])
    #expect(errors.size == 0x400)
    #expect(errors.within(0x1080..<0x3010) == [0x1080..<0x1300, 0x3000..<0x3010])
    _ = errors.remove(0x1101..<0x1102)
    #expect(errors.ranges == [0x1000..<0x1100, 0x1200..<0x1300, 0x3000..<0x3100])
    _ = errors.remove(0..<UInt64.max)
    #expect(errors.isEmpty)
  }

  @Test("what of a region has no error in its pages") func soundParts() {
    var errors = MediaErrors()
    #expect(errors.soundParts(of: 0x5000, pageSize: 0x1000) == [0..<0x5000])
    // Two in one page, one over two pages, one that the region ends in.
    for range: Range<UInt64> in [0x1100..<0x1101, 0x1f00..<0x1f01, 0x2f00..<0x3001, 0x4f00..<0x6000] {
      _ = errors.insert(range)
    }
    #expect(errors.soundParts(of: 0x5000, pageSize: 0x1000) == [0..<0x1000])
    #expect(errors.soundParts(of: 0x10000, pageSize: 0x1000) == [0..<0x1000, 0x6000..<0x10000])
    _ = errors.remove(0..<0x2000)
    #expect(errors.soundParts(of: 0x5000, pageSize: 0x1000) == [0..<0x2000])
    _ = errors.insert(0..<1)
    #expect(errors.soundParts(of: 0x5000, pageSize: 0x1000) == [0x1000..<0x2000])
  }

  /// Compared with a set of lines.
  @Test("whatever is added and removed") func fuzz() {
    var random = SeededGenerator(fuzzing: "media errors")
    var (errors, lines) = (MediaErrors(), Set<UInt64>())
    for _ in 0..<SeededGenerator.count(default: 3000, optimized: 100_000) {
      let start = UInt64.random(in: 0..<0x4000, using: &random)
      let range = start..<start + UInt64.random(in: 0...0x600, using: &random)
      let touched = range.isEmpty ? [] : Array(range.lowerBound / 256...(range.upperBound - 1) / 256)
      if Bool.random(using: &random) {
        _ = errors.insert(range)
        lines.formUnion(touched)
      } else {
        _ = errors.remove(range)
        lines.subtract(touched)
      }
      let isOrdered = zip(errors.ranges, errors.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }
      #expect(isOrdered)
      #expect(errors.ranges.flatMap { Array($0.lowerBound / 256..<$0.upperBound / 256) } == lines.sorted())
    }
  }
}

@Suite("Health of a DIMM") struct DIMMHealthTests {
  @Test("words set it; where one means nothing, none does") func settings() throws {
    var health = DIMMHealth()
    try health.set(["non-critical", "used=7"])
    #expect(health.state == .nonCritical)
    #expect(health.used == 7)
    for words: [Substring] in [
      ["used=8", "poor"], ["used=101"], ["media-temperature=4096"], ["=1"], ["used=-1"], [""],
    ] {
      #expect(throws: DIMMHealth.SettingError.self) { try health.set(words) }
      #expect(health.used == 7)
    }
  }
}
