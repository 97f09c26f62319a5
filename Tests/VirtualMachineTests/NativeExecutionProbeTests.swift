import KVM
import Testing
import VirtualMachine

/// The probe behind `--engine auto`.
@Suite("Speed probe", .needsKVM)
struct NativeExecutionProbeTests {
  @Test("it finds a speed, and the same verdict each time")
  func verdict() throws {
    let first = try NativeExecutionProbe(KVMSystem())
    #expect(first.instructionsPerSecond > 10_000)
    // Other work on this machine can only make native code look slow for a moment.
    let verdicts = try (0..<3).map { _ in try NativeExecutionProbe(KVMSystem()).isNative }
    #expect(verdicts.contains(first.isNative))
  }
}
