import Foundation

/// A random generator whose seed is printed, so that a failing fuzz run can be repeated.
///
/// `VNVDIMM_FUZZ_SEED` in the environment sets the seed.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// A generator for the fuzz test called `name`; prints the seed it starts from.
  package init(fuzzing name: String) {
    let chosen = ProcessInfo.processInfo.environment["VNVDIMM_FUZZ_SEED"].flatMap { UInt64($0) }
    let seed = chosen ?? UInt64.random(in: 0...UInt64.max)
    print("fuzz \(name): VNVDIMM_FUZZ_SEED=\(seed)")
    self.init(seed: seed)
  }

  /// How often a fuzz test is to run: `VNVDIMM_FUZZ_COUNT` in the environment, or a number that suits the build.
  /// Where one is far dearer than others, never more than `limit`.
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
