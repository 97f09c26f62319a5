import CAllocation
import Testing

/// Measures the memory that a piece of work takes on its thread.
enum AllocationMeter {
  /// Returns the peak of the bytes that `work` has allocated, not counting earlier allocations.
  static func peak(during work: () throws -> Void) rethrows -> Int {
    allocation_meter_start()
    var peak = 0
    do {
      defer { peak = Int(allocation_meter_stop()) }
      try work()
    }
    return peak
  }
}

@Suite("The meter of memory")
struct AllocationMeterTests {
  @Test("counts what is there at one time, and not what is gone")
  func peak() {
    let size = 1 << 20
    let peak = AllocationMeter.peak {
      for number in 0..<8 {
        let bytes = [UInt8](repeating: UInt8(number), count: size)
        #expect(bytes.last == UInt8(number))
      }
    }
    #expect((size..<2 * size).contains(peak), "\(peak)")
    #expect(AllocationMeter.peak {} == 0)
  }
}
