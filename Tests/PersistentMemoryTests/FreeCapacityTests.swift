import PersistentMemory
import TestSupport
import Testing

/// Cases that the corpus lacks; `GuestListingTests` covers the numbers of whole regions.
@Suite("What a region has left")
struct FreeCapacityTests {
  private static let unit: UInt64 = 16 << 20

  private static func capacity(_ size: UInt64, _ ranges: ClosedRange<UInt64>...) -> [UInt64] {
    let capacity = FreeCapacity(regionSize: size, alignment: unit, reservations: ranges)
    return [capacity.available, capacity.largestExtent]
  }

  @Test("an empty region has all of its whole units")
  func empty() {
    #expect(Self.capacity(8 * Self.unit) == [8 * Self.unit, 8 * Self.unit])
    #expect(Self.capacity(8 * Self.unit - 4096) == [7 * Self.unit, 7 * Self.unit])
    #expect(Self.capacity(4096) == [0, 0])
  }

  @Test("two labels in one unit cost it twice, and the last extent is short of it")
  func twice() {
    let capacity = Self.capacity(8 * Self.unit, 0...4095, 4096...8191)
    #expect(capacity == [6 * Self.unit, 6 * Self.unit])
    // Like the kernel: the first gap is taken whole, and the second one supplies the rest.
    #expect(
      Self.capacity(8 * Self.unit, Self.unit...Self.unit + 4095, Self.unit + 4096...Self.unit + 8191)
        == [6 * Self.unit, 5 * Self.unit])
  }

  /// Measured on 6.1.192, with both QEMU and our VMM.
  @Test("a gap that ends within the first unit is endless to the kernel, and what it takes there must be free")
  func endlessGap() {
    let twelve: UInt64 = 12 << 20
    #expect(
      Self.capacity(5 * Self.unit, 0...twelve - 1, twelve...twelve + Self.unit - 1) == [2 * Self.unit, 0])
    #expect(
      Self.capacity(5 * Self.unit, 0...(4 << 20) - 1, 8 << 20...twelve - 1) == [3 * Self.unit, 3 * Self.unit])
  }

  @Test("a label that ends behind the region leaves nothing; one that begins behind it does not count")
  func outside() {
    #expect(Self.capacity(8 * Self.unit, 7 * Self.unit...9 * Self.unit - 1) == [0, 0])
    #expect(Self.capacity(8 * Self.unit, 0...UInt64.max) == [0, 0])
    #expect(Self.capacity(8 * Self.unit, 9 * Self.unit...UInt64.max) == [8 * Self.unit, 8 * Self.unit])
  }

  @Test("no reservations make it trap")
  func fuzz() {
    var generator = SeededGenerator(fuzzing: "free capacity")
    for _ in 0..<SeededGenerator.count(default: 5000, optimized: 100_000) {
      let size = Bool.random(using: &generator) ? UInt64.random(in: 4096...1 << 40, using: &generator) : .max
      var ranges: [ClosedRange<UInt64>] = []
      var next: UInt64 = 0
      for _ in 0..<Int.random(in: 0...5, using: &generator) {
        let start =
          UInt64.random(in: next...(.max - 1), using: &generator) >> UInt64.random(in: 0...40, using: &generator)
        guard start >= next else { continue }
        let end = start + UInt64.random(in: 0...min(1 << 30, .max - 1 - start), using: &generator)
        ranges.append(start...end)
        next = end + 1
      }
      let capacity = FreeCapacity(regionSize: size, alignment: 4096, reservations: ranges.shuffled(using: &generator))
      #expect(capacity.largestExtent <= capacity.available && capacity.available <= size)
    }
  }
}
