import CKVM
import Testing
import VirtualMachine

/// The probe behind `--engine auto`.
@Suite("Speed probe", .needsKVM, .serialized)
struct NativeExecutionProbeTests {
  /// Returns the instructions per second of a loop of `iterations`, including entry and exit of the guest, so never too
  /// many.
  private func speed(iterations: UInt32) throws -> Double {
    // mov ecx, iterations; loop to itself (with a 32-bit counter); hlt
    let count = (0..<4).map { UInt8(truncatingIfNeeded: iterations >> ($0 * 8)) }
    var bench = try KVMTests.Bench([0x66, 0xb9] + count + [0x67, 0xe2, 0xfd, 0xf4])
    let start = ContinuousClock.now
    while true {
      let exit = try bench.cpu.run()
      if exit == .halted { break }
      try #require(exit == .interrupted)
    }
    let time = (ContinuousClock.now - start).components
    return Double(iterations) / (Double(time.seconds) + Double(time.attoseconds) * 1e-18)
  }

  @Test("its verdict is that of a run a hundred times as long")
  func verdict() throws {
    // Other load on this machine slows a run down, and never speeds it up.
    let long = try (0..<5).map { _ in try speed(iterations: 200_000) }.max() ?? 0
    let probes = try (0..<5).map { _ in try NativeExecutionProbe(KVMSystem()) }
    let isNative = long >= NativeExecutionProbe.threshold
    #expect(probes.filter { $0.isNative == isNative }.count >= (isNative ? 1 : 5), "\(long) \(probes)")
    // Within a factor that other load explains and a wrong unit would exceed.
    let probed = probes.map(\.instructionsPerSecond).max() ?? 0
    if !isNative { #expect((long / 8...long * 8).contains(probed), "\(long) \(probed)") }
  }
}
