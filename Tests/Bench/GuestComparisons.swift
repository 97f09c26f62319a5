/// The lines of the table from the lab's readings.
struct GuestComparisons {
  private let readings: GuestBench.Readings

  init(_ readings: GuestBench.Readings) { self.readings = readings }

  /// Returns the lines for `works`.
  func lines(of works: [String]) -> [Comparison] {
    (works.contains("boot") ? start + transfers + labels : []) + (works.contains("dimms") ? dimms : [])
  }

  private var start: [Comparison] {
    let first = "first-instruction"
    return [
      time("first guest instruction", "boot-ours", first, budget: 0.1),
      time("/dev/pmem0, emulate's command line, initramfs", "boot-ours", "pmem0", budget: 0.65),
      time("/dev/pmem0, stock command line, gzip initramfs", "boot-stock", "pmem0", budget: 0.65),
      compare(
        "/dev/pmem0, emulate by itself, QEMU stock", .nanoseconds, "boot-own vnvdimm pmem0", "boot-stock qemu pmem0",
        budget: 1.0 / 3, \.nanoseconds),
    ] + memory
  }

  /// The budget is five MiB, whatever QEMU needs, expressed as a share of QEMU's memory.
  private var memory: [Comparison] {
    let peer = Series((readings["boot-ours qemu pmem0"] ?? []).map(\.memory))
    let budget = peer.values.isEmpty ? nil : 5 * 1_048_576 / peer.median
    let keys = ("boot-ours vnvdimm pmem0", "boot-ours qemu pmem0")
    return [
      compare(
        "memory beside the guest's (5 MiB)", .bytes, keys.0, keys.1, budget: budget, \.memory),
      compare("the same without what files stand behind", .bytes, keys.0, keys.1, budget: nil, \.ownMemory),
    ]
  }

  private var transfers: [Comparison] {
    let marks = ["sequential-read", "sequential-write", "random-read", "random-write"]
    let names = ["32 MiB read", "32 MiB written", "2048 random pages read", "2048 random pages written"]
    return zip(marks, names).flatMap { mark, name in
      [
        time("/dev/pmem0: \(name)", "device", mark, budget: nil),
        exits("/dev/pmem0: \(name), exits", mark, budget: 1),
      ]
    }
  }

  private var labels: [Comparison] {
    ["read", "write"].flatMap { name in
      [
        time("label area of 128 KiB: \(name) four times", "device", "label-\(name)", budget: 0.25),
        exits("label area of 128 KiB: \(name) four times, exits", "label-\(name)", budget: 0.25),
      ]
    }
  }

  private var dimms: [Comparison] {
    [16, 64, 256].map { time("\($0) NVDIMMs, to the last /dev/pmem", "dimms-\($0)", "pmem", budget: 0.65) }
  }

  private func time(_ work: String, _ key: String, _ mark: String, budget: Double?) -> Comparison {
    compare(
      work, .nanoseconds, "\(key) vnvdimm \(mark)", "\(key) qemu \(mark)", budget: budget, \.nanoseconds)
  }

  /// Counts from the silence after the start mark to the silence before the end mark.
  private func exits(_ work: String, _ mark: String, budget: Double?) -> Comparison {
    func series(_ variant: String) -> Series {
      let ends = (readings["device \(variant) \(mark)"] ?? []).map(\.exitsBefore)
      return Series(zip(ends, (readings["device \(variant) \(mark)-start"] ?? []).map(\.exitsAfter)).map { $0 - $1 })
    }
    return compare(work, .exits, series("vnvdimm"), series("qemu"), budget: budget)
  }

  private func compare(
    _ work: String, _ unit: Comparison.Unit, _ ours: String, _ peer: String, budget: Double?,
    _ value: (GuestBench.Reading) -> Double
  ) -> Comparison {
    compare(
      work, unit, Series((readings[ours] ?? []).map(value)), Series((readings[peer] ?? []).map(value)), budget: budget)
  }

  private func compare(
    _ work: String, _ unit: Comparison.Unit, _ ours: Series, _ peer: Series, budget: Double?
  ) -> Comparison {
    Comparison(
      chapter: .guest, work: work, unit: unit, ours: ("vnvdimm emulate", ours), peer: ("QEMU", peer), budget: budget)
  }
}
