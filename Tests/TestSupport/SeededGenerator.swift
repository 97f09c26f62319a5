import Foundation

/// A random generator whose seed is printed, so that a failing fuzz run can be repeated.
///
/// Each fuzz test has its own seed, so that a failure after a change is due to that change. `VNVDIMM_FUZZ_SEED` in the
/// environment sets another seed, and `random` a new one for each run.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// Makes a generator for the fuzz test called `name`, and prints its seed.
  package init(fuzzing name: String) {
    let chosen = ProcessInfo.processInfo.environment["VNVDIMM_FUZZ_SEED"]
    let seed =
      switch chosen {
      case nil: name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
      case "random": UInt64.random(in: 0...UInt64.max)
      case let chosen?: UInt64(chosen) ?? { preconditionFailure("VNVDIMM_FUZZ_SEED=\(chosen) is no number") }()
      }
    print("fuzz \(name): VNVDIMM_FUZZ_SEED=\(seed)")
    self.init(seed: seed)
  }

  /// Returns the number of rounds of a fuzz test: `VNVDIMM_FUZZ_COUNT` in the environment, or a number that suits the
  /// build. For a test with far more expensive rounds, `limit` is the maximum.
  package static func count(default debug: Int, optimized: Int, atMost limit: Int = .max) -> Int {
    if let count = ProcessInfo.processInfo.environment["VNVDIMM_FUZZ_COUNT"].flatMap({ Int($0) }) {
      return min(count, limit)
    }
    #if DEBUG
      return debug
    #else
      return optimized
    #endif
  }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
