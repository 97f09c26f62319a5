import ArgumentParser
import SystemPackage

extension GuestViews {
  /// Makes the backends of some guests in the current folder.
  ///
  /// For guest N, it also writes the files `N.options` (of QEMU), `N.check` (of `vnvdimm-check`) and `N.about` (the
  /// origin of each backend).
  struct Make: ParsableCommand {
    @Option(help: "Where the random numbers start. (default: anywhere)")
    var seed: UInt64 = .random(in: 0...UInt64.max)

    @Option(help: "The number of guests.")
    var guests = 1

    @Option(help: "The DIMMs of each guest.")
    var dimms = 16

    @Flag(help: "Make as many guests as it takes to have every oddity there is, each in a DIMM of its own.")
    var oddities = false

    @Option(help: "The first of the guests to be made.")
    var first = 0

    func run() throws {
      print("seed \(seed)")
      let labels = oddities ? try LabelOddity.all() : []
      let parts = stride(from: 0, to: labels.count, by: dimms).map { labels[$0..<min($0 + dimms, labels.count)] }
      let last = oddities ? min(first + guests, parts.count) : first + guests
      for number in first..<max(first, last) {
        // Each guest can be reproduced separately.
        var generator = SplitMix64(state: seed &+ UInt64(number))
        let guest =
          oddities
          ? try GeneratedGuest(number, oddities: Array(parts[number]), using: &generator)
          : try GeneratedGuest(number, dimms: dimms, using: &generator)
        for (index, dimm) in guest.dimms.enumerated() { try dimm.write(to: FilePath(guest.path(index))) }
        try FilePath("\(number).options").write([UInt8]((guest.machineOptions.joined(separator: " ") + "\n").utf8))
        try FilePath("\(number).check").write([UInt8]((guest.checkOptions.joined(separator: " ") + "\n").utf8))
        try FilePath("\(number).about").write([UInt8](guest.about.utf8))
      }
    }
  }
}

/// The generator of Steele, Lea and Flood (2014).
///
/// `SeededGenerator` of TestSupport is the same; this program runs without Foundation.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
